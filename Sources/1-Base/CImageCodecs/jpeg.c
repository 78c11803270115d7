#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

// After jpeglib.h, whose types it uses.
#include <jerror.h>

#include "CImageCodecs.h"

// No encoder writes more scans; a file that has more is made to waste time.
static const int maximum_scans = 500;

typedef struct {
    struct jpeg_error_mgr base;
    jmp_buf escape;
    char *message;
} error_manager;

static void fail(j_common_ptr info) {
    error_manager *errors = (error_manager *)info->err;
    char text[JMSG_LENGTH_MAX];
    errors->base.format_message(info, text);
    snprintf(errors->message, CIMAGECODECS_MESSAGE_BYTES, "%s", text);
    longjmp(errors->escape, 1);
}

// libjpeg fills missing data with gray areas and goes on; nobody would want to train on these, so it is an error here.
// Extra bytes between segments, which many cameras write, do no harm.
static void warn(j_common_ptr info, int level) {
    if (level >= 0) return;
    switch (info->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_ARITH_BAD_CODE:
        fail(info);
    }
}

static void check_scans(j_common_ptr info) {
    if (((j_decompress_ptr)info)->input_scan_number <= maximum_scans) return;
    error_manager *errors = (error_manager *)info->err;
    snprintf(errors->message, CIMAGECODECS_MESSAGE_BYTES, "more than %d scans", maximum_scans);
    longjmp(errors->escape, 1);
}

static void prepare(struct jpeg_decompress_struct *info, error_manager *errors, char *message) {
    memset(info, 0, sizeof *info);
    info->err = jpeg_std_error(&errors->base);
    errors->base.error_exit = fail;
    errors->base.emit_message = warn;
    errors->message = message;
}

static void start(struct jpeg_decompress_struct *info, const uint8_t *bytes, size_t count) {
    jpeg_create_decompress(info);
    jpeg_mem_src(info, bytes, count);
    jpeg_read_header(info, TRUE);
}

int cimagecodecs_jpeg_header(const uint8_t *bytes, size_t count, cimagecodecs_header *header, char *message) {
    struct jpeg_decompress_struct info;
    error_manager errors;
    prepare(&info, &errors, message);
    if (setjmp(errors.escape)) {
        jpeg_destroy_decompress(&info);
        return 1;
    }
    start(&info, bytes, count);
    header->width = info.image_width;
    header->height = info.image_height;
    header->channels = info.num_components == 1 ? 1 : 3;
    jpeg_destroy_decompress(&info);
    return 0;
}

// Converts CMYK to RGB. Adobe stores it inverted.
static void convert_inks(const uint8_t *from, uint8_t *to, unsigned width, int is_inverted) {
    for (unsigned column = 0; column < width; column++) {
        unsigned black = is_inverted ? from[4 * column + 3] : 255u - from[4 * column + 3];
        for (unsigned channel = 0; channel < 3; channel++) {
            unsigned ink = is_inverted ? from[4 * column + channel] : 255u - from[4 * column + channel];
            to[3 * column + channel] = (uint8_t)((ink * black + 127) / 255);
        }
    }
}

int cimagecodecs_jpeg_decode(const uint8_t *bytes, size_t count, unsigned divisor, uint8_t *pixels, size_t pixel_bytes,
                             char *message) {
    struct jpeg_decompress_struct info;
    struct jpeg_progress_mgr progress = {.progress_monitor = check_scans};
    error_manager errors;
    prepare(&info, &errors, message);
    if (setjmp(errors.escape)) {
        jpeg_destroy_decompress(&info);
        return 1;
    }
    start(&info, bytes, count);
    info.progress = &progress;
    info.scale_num = 1;
    info.scale_denom = divisor;
    int has_inks = info.num_components == 4;
    info.out_color_space = has_inks ? JCS_CMYK : info.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_start_decompress(&info);
    size_t channels = info.num_components == 1 ? 1 : 3;
    size_t row_bytes = info.output_width * channels;
    if (row_bytes * info.output_height != pixel_bytes) {
        snprintf(message, CIMAGECODECS_MESSAGE_BYTES, "%ux%u pixels in the data, not as many as the header says",
                 info.output_width, info.output_height);
        jpeg_destroy_decompress(&info);
        return 1;
    }
    JSAMPARRAY inks = NULL;
    if (has_inks) { inks = info.mem->alloc_sarray((j_common_ptr)&info, JPOOL_IMAGE, info.output_width * 4, 1); }
    while (info.output_scanline < info.output_height) {
        uint8_t *row = pixels + info.output_scanline * row_bytes;
        if (has_inks) {
            jpeg_read_scanlines(&info, inks, 1);
            convert_inks(inks[0], row, info.output_width, info.saw_Adobe_marker);
        } else {
            jpeg_read_scanlines(&info, &row, 1);
        }
    }
    jpeg_finish_decompress(&info);
    jpeg_destroy_decompress(&info);
    return 0;
}
