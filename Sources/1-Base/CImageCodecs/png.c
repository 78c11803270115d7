#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <png.h>

#include "CImageCodecs.h"

typedef struct {
    const uint8_t *bytes;
    size_t count;
    size_t position;
    char *message;
} source;

static void fail(png_structp png, png_const_charp reason) {
    source *input = png_get_error_ptr(png);
    snprintf(input->message, CIMAGECODECS_MESSAGE_BYTES, "%s", reason);
    png_longjmp(png, 1);
}

static void ignore_warning(png_structp png, png_const_charp reason) {
    (void)png;
    (void)reason;
}

static void read_bytes(png_structp png, png_bytep target, size_t count) {
    source *input = png_get_io_ptr(png);
    if (count > input->count - input->position) png_error(png, "it ends too early");
    memcpy(target, input->bytes + input->position, count);
    input->position += count;
}

// Reads up to the first pixels; NULL if there is no memory.
static png_structp create(source *input, png_infop *info) {
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, input, fail, ignore_warning);
    if (!png) return NULL;
    *info = png_create_info_struct(png);
    if (!*info) {
        png_destroy_read_struct(&png, NULL, NULL);
        return NULL;
    }
    png_set_read_fn(png, input, read_bytes);
    // Texts and profiles may be compressed; this limits what they can swell to.
    png_set_chunk_malloc_max(png, 8 << 20);
    png_set_chunk_cache_max(png, 128);
    return png;
}

static unsigned channel_count(png_structp png, png_infop info) {
    return png_get_color_type(png, info) & PNG_COLOR_MASK_COLOR ? 3 : 1;
}

static int without_memory(char *message) {
    snprintf(message, CIMAGECODECS_MESSAGE_BYTES, "no memory is left");
    return 1;
}

int cimagecodecs_png_header(const uint8_t *bytes, size_t count, cimagecodecs_header *header, char *message) {
    source input = {bytes, count, 0, message};
    png_infop info = NULL;
    png_structp png = create(&input, &info);
    if (!png) return without_memory(message);
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_read_struct(&png, &info, NULL);
        return 1;
    }
    png_read_info(png, info);
    header->width = png_get_image_width(png, info);
    header->height = png_get_image_height(png, info);
    header->channels = channel_count(png, info);
    png_destroy_read_struct(&png, &info, NULL);
    return 0;
}

int cimagecodecs_png_decode(const uint8_t *bytes, size_t count, uint8_t *pixels, size_t pixel_bytes, char *message) {
    source input = {bytes, count, 0, message};
    png_infop info = NULL;
    png_structp png = create(&input, &info);
    if (!png) return without_memory(message);
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_read_struct(&png, &info, NULL);
        return 1;
    }
    png_read_info(png, info);
    size_t height = png_get_image_height(png, info);
    size_t row_bytes = (size_t)png_get_image_width(png, info) * channel_count(png, info);
    png_set_expand(png);
    png_set_scale_16(png);
    png_set_strip_alpha(png);
    int pass_count = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    if (png_get_rowbytes(png, info) != row_bytes || row_bytes * height != pixel_bytes) {
        png_error(png, "an unknown arrangement of pixels");
    }
    for (int pass = 0; pass < pass_count; pass++) {
        for (size_t row = 0; row < height; row++) png_read_row(png, pixels + row * row_bytes, NULL);
    }
    png_read_end(png, NULL);
    png_destroy_read_struct(&png, &info, NULL);
    return 0;
}
