// The kernels, over whatever `Vector` the including file defines.
#include "Vectors.h"

#include "EpilogueKernels.h"
#include "PatchKernels.h"

#include "DirectKernels.h"
#include "WinogradKernels.h"

#define KERNEL_TABLE(NAME)                                \
    {                                                     \
        .name = NAME,                                     \
        .width = LANES,                                   \
        .gatherPatches = gatherPatches,                   \
        .scatterPatches = scatterPatches,                 \
        .addBias = addBias,                               \
        .addBiasPool = addBiasPool,                       \
        .maskGradient = maskGradient,                     \
        .unpoolGradient = unpoolGradient,                 \
        .addRows = addRows,                               \
        .transpose = transpose,                           \
        .padImage = padImage,                             \
        .directOutput = directOutput,                     \
        .directOutputPool = directOutputPool,             \
        .directWeightGradient = directWeightGradient,     \
        .winogradInput = winogradInput,                   \
        .winogradInputGradient = winogradInputGradient,   \
        .winogradOutput = winogradOutput,                 \
        .winogradOutputPool = winogradOutputPool,         \
        .winogradOutputGradient = winogradOutputGradient, \
        .winogradUnpoolGradient = winogradUnpoolGradient, \
        .winogradWeights = winogradWeights,               \
        .winogradWeightGradient = winogradWeightGradient, \
    }
