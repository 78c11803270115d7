// Written by Tests/Support/Golden/digits.py with scikit-learn 1.9.1 and numpy 2.4.6; not to be edited.

/// Properties of `load_digits` computed with scikit-learn and numpy.
enum DigitsGolden {
    static let pixelSum = 561718
    static let classCounts = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    static let mean: Float = 0.3053
    static let deviation: Float = 0.3760
    /// The sum over all images of each pixel, row by row.
    static let sumsByPosition = [
        0, 546, 9353, 21269, 21291, 10390, 2448, 233,
        10, 3583, 18657, 21527, 18472, 14692, 3318, 194,
        5, 4675, 17796, 12566, 12755, 14028, 3214, 90,
        2, 4438, 16337, 15852, 17839, 13570, 4165, 4,
        0, 4204, 13778, 16302, 18512, 15713, 5228, 0,
        16, 2846, 12366, 12989, 13787, 14801, 6211, 49,
        13, 1266, 13490, 17142, 16921, 15739, 6694, 371,
        1, 502, 9987, 21724, 21221, 12155, 3716, 655,
    ]
    /// The sum over each class's images of (position + 1) * pixel, which depends on the order of the pixels.
    static let weightedSumsByClass = [
        1846021, 1874909, 1930918, 1809757, 1885515, 1659307, 2101587, 1536175, 1835088, 1743094,
    ]
}
