#ifndef CZLIB_H
#define CZLIB_H

#include <zlib.h>

// inflateInit2 and deflateInit2 are macros, which Swift does not import.
static inline int czlib_inflate_begin(z_stream *stream, int window_bits) { return inflateInit2(stream, window_bits); }

#endif
