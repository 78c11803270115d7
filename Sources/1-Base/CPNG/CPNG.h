#ifndef CPNG_H
#define CPNG_H

// Of libpng, the simplified interface is used: it reports errors by its result, where the others longjmp.
#include <png.h>

#endif
