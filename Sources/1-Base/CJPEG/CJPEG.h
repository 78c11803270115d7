#ifndef CJPEG_H
#define CJPEG_H

// jpeglib.h takes FILE and size_t for granted.
#include <stdio.h>

#include <jpeglib.h>

#endif
