#ifndef COPENBLAS_H
#define COPENBLAS_H

#include <cblas.h>
#include <stddef.h>

/// LAPACK's singular value decomposition by divide and conquer, which is part of OpenBLAS: A = U · diag(s) · VT for a
/// column-major A [m, n].
///
/// As in Fortran, all arguments are passed by reference, and the length of `jobz` comes last.
void sgesdd_(const char *jobz, const int *m, const int *n, float *a, const int *lda, float *s, float *u, const int *ldu,
             float *vt, const int *ldvt, float *work, const int *lwork, int *iwork, int *info, size_t jobzLength);

#endif
