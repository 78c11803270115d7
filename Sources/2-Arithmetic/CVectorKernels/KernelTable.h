// The kernels, over whatever `Vector` the including file defines.
#include "Vectors.h"

#include "ElementwiseKernels.h"
#include "OptimizerKernels.h"
#include "PoolingKernels.h"
#include "SoftmaxKernels.h"

#include "ActivationKernels.h"

#include "NormalizationKernels.h"
#include "SampleNormalizationKernels.h"

#include "EpilogueKernels.h"
#include "PatchKernels.h"

#include "DepthwiseKernels.h"

#include "DirectKernels.h"
#include "WinogradKernels.h"

// One field per line, with any version of clang-format.
// clang-format off
#define KERNEL_TABLE(NAME)                                \
    {                                                     \
        .name = NAME,                                     \
        .width = LANES,                                   \
        .relu = applyReLU,                               \
        .add = add,                                       \
        .multiply = multiply,                             \
        .scale = scale,                                   \
        .interpolate = interpolate,                       \
        .squaredNorm = squaredNorm,                       \
        .allFinite = allFinite,                           \
        .maxPool = maxPool,                               \
        .maxPoolGradient = maxPoolGradient,               \
        .averagePool = averagePool,                       \
        .averagePoolGradient = averagePoolGradient,       \
        .normalizationMoments = normalizationMoments,     \
        .normalize = normalize,                           \
        .normalizationParameterGradients = normalizationParameterGradients, \
        .normalizationInputGradient = normalizationInputGradient, \
        .normalizeGroups = normalizeGroups,               \
        .normalizeGroupsGradient = normalizeGroupsGradient, \
        .normalizeNeighbours = normalizeNeighbours,       \
        .normalizeNeighboursGradient = normalizeNeighboursGradient, \
        .exponentials = exponentials,                     \
        .activate = activate,                             \
        .activationGradient = activationGradient,         \
        .stepSGD = stepSGD,                               \
        .stepAdam = stepAdam,                             \
        .gatherPatches = gatherPatches,                   \
        .scatterPatches = scatterPatches,                 \
        .addBias = addBias,                               \
        .addBiasPool = addBiasPool,                       \
        .maskGradient = maskGradient,                     \
        .unpoolGradient = unpoolGradient,                 \
        .addRows = addRows,                               \
        .transpose = transpose,                           \
        .depthwiseOutput = depthwiseOutput,               \
        .depthwiseInputGradient = depthwiseInputGradient, \
        .depthwiseWeightGradient = depthwiseWeightGradient, \
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
// clang-format on
