#include <stdio.h>

#include <webp/decode.h>

#include "CImageCodecs.h"

static int fail(VP8StatusCode status, char *message) {
    const char *reason = "damaged data";
    switch (status) {
    case VP8_STATUS_OUT_OF_MEMORY:
        reason = "no memory is left";
        break;
    case VP8_STATUS_NOT_ENOUGH_DATA:
        reason = "it ends too early";
        break;
    case VP8_STATUS_UNSUPPORTED_FEATURE:
        reason = "a feature that libwebp doesn't know";
        break;
    default:
        break;
    }
    snprintf(message, CIMAGECODECS_MESSAGE_BYTES, "%s", reason);
    return 1;
}

int cimagecodecs_webp_header(const uint8_t *bytes, size_t count, cimagecodecs_header *header, char *message) {
    WebPBitstreamFeatures features;
    VP8StatusCode status = WebPGetFeatures(bytes, count, &features);
    if (status != VP8_STATUS_OK) return fail(status, message);
    if (features.has_animation) {
        snprintf(message, CIMAGECODECS_MESSAGE_BYTES, "an animation, of which no picture is the picture");
        return 1;
    }
    header->width = (uint32_t)features.width;
    header->height = (uint32_t)features.height;
    header->channels = 3;
    return 0;
}

int cimagecodecs_webp_decode(const uint8_t *bytes, size_t count, uint8_t *pixels, size_t pixel_bytes, char *message) {
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config)) return fail(VP8_STATUS_UNSUPPORTED_FEATURE, message);
    VP8StatusCode status = WebPGetFeatures(bytes, count, &config.input);
    if (status != VP8_STATUS_OK) return fail(status, message);
    config.output.colorspace = MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = pixels;
    config.output.u.RGBA.stride = config.input.width * 3;
    config.output.u.RGBA.size = pixel_bytes;
    status = WebPDecode(bytes, count, &config);
    WebPFreeDecBuffer(&config.output);
    return status == VP8_STATUS_OK ? 0 : fail(status, message);
}
