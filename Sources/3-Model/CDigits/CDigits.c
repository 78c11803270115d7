#include "CDigits.h"

static const unsigned char text[] = {
#embed "digits.txt"
};

const unsigned char *digits_text(void) { return text; }

size_t digits_text_byte_count(void) { return sizeof text; }
