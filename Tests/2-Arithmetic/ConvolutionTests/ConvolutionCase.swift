import Convolution
import Testing

/// A layer of the sweep.
struct ConvolutionCase: CustomTestStringConvertible, Sendable {
    let batch: Int
    let shape: ConvolutionShape

    init(
        _ batch: Int,
        _ size: (Int, Int),
        _ channels: (Int, Int),
        kernel: (Int, Int) = (3, 3),
        stride: Int = 1,
        columnStride: Int? = nil,
        dilation: (Int, Int) = (1, 1),
        groups: Int = 1,
        padding: Int = 1,
        unevenly paddings: (top: Int, left: Int, bottom: Int, right: Int)? = nil
    ) {
        self.batch = batch
        var shape = ConvolutionShape(
            inputHeight: size.0,
            inputWidth: size.1,
            inputChannels: channels.0,
            outputChannels: channels.1,
            kernelHeight: kernel.0,
            kernelWidth: kernel.1,
            stride: stride,
            padding: padding
        )
        if let columnStride { shape.strideWidth = columnStride }
        (shape.dilationHeight, shape.dilationWidth) = dilation
        shape.groups = groups
        if let paddings {
            (shape.paddingTop, shape.paddingLeft) = (paddings.top, paddings.left)
            (shape.paddingBottom, shape.paddingRight) = (paddings.bottom, paddings.right)
        }
        self.shape = shape
    }

    var canPool: Bool { shape.outputHeight % 2 == 0 && shape.outputWidth % 2 == 0 }

    var testDescription: String {
        let s = shape
        return """
            \(batch) x \(s.inputHeight)x\(s.inputWidth)x\(s.inputChannels) to \(s.outputChannels), \
            kernel \(s.kernelHeight)x\(s.kernelWidth) / \(s.strideHeight)x\(s.strideWidth), \
            dilation \(s.dilationHeight)x\(s.dilationWidth), groups \(s.groups), \
            padding \(s.paddingTop) \(s.paddingLeft) \(s.paddingBottom) \(s.paddingRight)
            """
    }

    static let sweep: [ConvolutionCase] = [
        // First layers: few channels.
        .init(3, (32, 32), (3, 32)), .init(2, (9, 7), (1, 5)), .init(1, (8, 8), (1, 32)), .init(2, (12, 10), (4, 33)),
        .init(2, (11, 6), (2, 16), kernel: (5, 5), padding: 2), .init(2, (8, 8), (3, 40), kernel: (5, 5), padding: 0),
        .init(2, (16, 16), (3, 17), stride: 2), .init(1, (6, 4), (3, 64), kernel: (1, 3)),
        .init(2, (10, 36), (3, 24), unevenly: (0, 0, 1, 1)), .init(2, (9, 6), (3, 20), unevenly: (0, 1, 3, 2)),
        .init(2, (8, 8), (3, 72), kernel: (4, 4)),
        // 3x3 at stride 1: Winograd, whole tiles and parts of tiles.
        .init(5, (16, 16), (32, 64)), .init(3, (8, 8), (16, 16)), .init(9, (4, 4), (48, 32)),
        .init(70, (4, 4), (16, 16)),
        .init(2, (7, 9), (17, 19)), .init(2, (5, 6), (24, 40), padding: 0), .init(3, (13, 10), (16, 33), padding: 2),
        .init(2, (6, 8), (33, 16), unevenly: (0, 0, 1, 1)), .init(2, (9, 7), (17, 16), unevenly: (0, 1, 3, 2)),
        .init(2, (6, 11), (16, 16), unevenly: (3, 2, 0, 1)), .init(3, (5, 5), (20, 16)), .init(1, (33, 31), (16, 18)),
        .init(2, (4, 4), (512, 64)), .init(2, (8, 8), (130, 140)),
        .init(2, (3, 3), (16, 16), padding: 0), .init(4, (2, 2), (16, 16)), .init(3, (1, 1), (16, 16)),
        .init(3, (1, 9), (16, 16)),
        // Winograd with dilation, groups and larger kernels.
        .init(2, (16, 16), (16, 24), dilation: (2, 2), padding: 2), .init(1, (22, 19), (17, 16), dilation: (3, 2)),
        .init(2, (13, 8), (16, 16), dilation: (1, 2), padding: 3), .init(2, (8, 8), (64, 32), groups: 2),
        .init(1, (9, 12), (34, 102), groups: 2), .init(1, (4, 4), (132, 136), groups: 2),
        .init(1, (8, 12), (96, 48), dilation: (2, 1), groups: 3, padding: 2),
        .init(2, (12, 11), (16, 17), kernel: (5, 5), padding: 2),
        .init(1, (8, 12), (16, 16), kernel: (7, 7), padding: 3),
        .init(1, (4, 6), (70, 66), kernel: (3, 5), unevenly: (0, 1, 3, 2)),
        .init(1, (8, 16), (32, 32), kernel: (5, 5), dilation: (2, 2), groups: 2, padding: 4),
        // Winograd at stride 2.
        .init(2, (16, 16), (16, 24), stride: 2), .init(2, (8, 8), (70, 17), stride: 2),
        .init(2, (15, 17), (17, 16), stride: 2, padding: 0), .init(1, (16, 14), (32, 64), stride: 2, groups: 2),
        .init(1, (16, 17), (16, 16), stride: 2, unevenly: (0, 0, 1, 1)),
        .init(1, (9, 7), (16, 16), stride: 2, padding: 2),
        .init(1, (16, 16), (18, 20), kernel: (6, 6), stride: 2, padding: 2), .init(5, (7, 8), (16, 16), stride: 2),
        // Everything else: strides, 1x1, larger and oblong kernels.
        .init(2, (16, 16), (32, 32), stride: 2), .init(2, (17, 15), (16, 24), stride: 2),
        .init(2, (10, 13), (18, 9), stride: 3), .init(2, (8, 8), (32, 48), kernel: (1, 1), padding: 0),
        .init(3, (7, 5), (13, 9), kernel: (1, 1), padding: 0),
        .init(2, (16, 16), (24, 20), kernel: (1, 1), stride: 2, padding: 0),
        .init(2, (9, 7), (10, 11), kernel: (1, 1), stride: 3, padding: 0), .init(2, (4, 4), (8, 8), kernel: (1, 1)),
        .init(2, (9, 8), (16, 16), kernel: (5, 5), padding: 2),
        .init(2, (8, 9), (5, 6), kernel: (4, 4), stride: 2, unevenly: (0, 1, 3, 2)),
        .init(2, (7, 6), (6, 5), kernel: (2, 3), unevenly: (3, 2, 0, 1)),
        .init(2, (8, 9), (7, 8), kernel: (3, 2), padding: 2),
        .init(1, (1, 1), (70, 3), kernel: (1, 1), padding: 0), .init(2, (2, 2), (6, 6), kernel: (5, 5), padding: 3),
        .init(1, (7, 7), (8, 10), kernel: (7, 7), padding: 0),
        .init(2, (8, 8), (9, 6), kernel: (2, 2), stride: 2, padding: 0),
        .init(2, (9, 10), (3, 7), columnStride: 2),
        .init(2, (11, 8), (16, 12), kernel: (3, 5), columnStride: 3, padding: 2),
        // Dilation.
        .init(2, (9, 11), (16, 18), dilation: (2, 2), padding: 2), .init(2, (8, 10), (3, 6), dilation: (1, 3)),
        .init(2, (7, 7), (5, 4), stride: 2, dilation: (2, 1), padding: 0),
        .init(1, (4, 4), (3, 2), dilation: (3, 3), padding: 3),
        // Groups of channels.
        .init(2, (8, 8), (16, 24), groups: 4), .init(2, (6, 7), (10, 5), kernel: (1, 1), groups: 5, padding: 0),
        .init(2, (8, 6), (6, 12), stride: 2, dilation: (1, 2), groups: 2, padding: 2),
        .init(2, (4, 6), (3, 9), groups: 3),
        // Depthwise.
        .init(3, (16, 16), (128, 128), groups: 128), .init(2, (7, 9), (17, 17), groups: 17),
        .init(2, (8, 8), (33, 33), stride: 2, groups: 33),
        .init(2, (9, 8), (20, 20), dilation: (2, 2), groups: 20, padding: 2),
        .init(2, (8, 10), (7, 7), kernel: (5, 5), groups: 7, padding: 2),
        .init(2, (6, 6), (16, 16), groups: 16, unevenly: (0, 1, 2, 0)),
        .init(2, (5, 4), (3, 3), kernel: (1, 1), groups: 3),
        .init(2, (8, 12), (40, 40), kernel: (2, 4), columnStride: 2, groups: 40),
        .init(1, (2, 2), (8, 8), kernel: (3, 3), groups: 8, padding: 3),
    ]
}

/// The values of a test layer.
enum ConvolutionValues {
    /// Input, weights, bias and output gradient in -1 ..< 1.
    case random
    /// Random, but most channels of the input and of the output gradient are nearly or completely 0.
    case sparse
    /// The input is 0, so that all outputs of a channel are equal.
    case zeroInput
    /// The input and the bias are 0, so that all outputs are 0.
    case zeroInputAndBias
}
