// libjpeg and libpng report errors by longjmp, which must not pass through Swift: these functions catch it.
//
// Each returns 0 on success. On failure it writes an error message to `message`, of CIMAGECODECS_MESSAGE_BYTES. None
// has global state, so several threads may call them at once.
#ifndef CIMAGECODECS_H
#define CIMAGECODECS_H

#include <stddef.h>
#include <stdint.h>

#define CIMAGECODECS_MESSAGE_BYTES 256

// The size of a picture, from its file's header.
typedef struct {
    uint32_t width;
    uint32_t height;
    // 1 for gray, 3 for RGB; every other kind is converted to one of these.
    uint32_t channels;
} cimagecodecs_header;

int cimagecodecs_jpeg_header(const uint8_t *bytes, size_t count, cimagecodecs_header *header, char *message);

// Writes [H, W, C] bytes; both sides are divided by `divisor`, 1, 2, 4 or 8, and rounded up.
int cimagecodecs_jpeg_decode(const uint8_t *bytes, size_t count, unsigned divisor, uint8_t *pixels, size_t pixel_bytes,
                             char *message);

int cimagecodecs_png_header(const uint8_t *bytes, size_t count, cimagecodecs_header *header, char *message);

// Writes [H, W, C] bytes: palettes are looked up, 16 bits rounded to 8, transparency dropped.
int cimagecodecs_png_decode(const uint8_t *bytes, size_t count, uint8_t *pixels, size_t pixel_bytes, char *message);

int cimagecodecs_webp_header(const uint8_t *bytes, size_t count, cimagecodecs_header *header, char *message);

// Writes [H, W, 3] bytes, transparency dropped.
int cimagecodecs_webp_decode(const uint8_t *bytes, size_t count, uint8_t *pixels, size_t pixel_bytes, char *message);

#endif
