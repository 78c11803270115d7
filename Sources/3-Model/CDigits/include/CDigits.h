// The file digits.txt as part of the program: the 1,797 images of the test file of Optical Recognition of Handwritten
// Digits (E. Alpaydin and C. Kaynak, 1998), UCI Machine Learning Repository, https://doi.org/10.24432/C50P49, licensed
// under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/), in the order of scikit-learn's load_digits. Only the
// encoding differs: one line for each image, with its label and then its 64 pixels row by row, each one digit of base
// 17. Tests/Support/Golden/digits.py writes the file.
#ifndef CDIGITS_H
#define CDIGITS_H

#include <stddef.h>

/// The bytes of the file, without a terminating zero.
const unsigned char *digits_text(void);

/// The number of bytes.
size_t digits_text_byte_count(void);

#endif
