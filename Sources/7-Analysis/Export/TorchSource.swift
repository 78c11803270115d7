import Networks

/// Python source that builds a network from torch.nn's modules.
struct TorchSource {
    /// A module that torch.nn doesn't have.
    enum Helper: CaseIterable {
        case paddedConvolution
        case residual
        case concatenate
        case scale
        case rowConvolution
        case locallyConnected
        case without

        var source: String {
            switch self {
            case .paddedConvolution:
                """
                class PaddedConv2d(nn.Conv2d):
                    \"""A convolution with other numbers of zeros before than after (left, right, top, bottom).\"""

                    def __init__(self, *arguments, zeros, **options):
                        super().__init__(*arguments, **options)
                        self.zeros = zeros

                    def forward(self, x):
                        return super().forward(nn.functional.pad(x, self.zeros))

                """
            case .residual:
                """
                class Residual(nn.Module):
                    \"""body(x) + shortcut(x); without a shortcut body(x) + x.\"""

                    def __init__(self, body, shortcut=None):
                        super().__init__()
                        self.body = body
                        self.shortcut = shortcut

                    def forward(self, x):
                        return self.body(x) + (x if self.shortcut is None else self.shortcut(x))

                """
            case .concatenate:
                """
                class Concatenate(nn.Module):
                    \"""The outputs of branches, one after the other along the channels.\"""

                    def __init__(self, *branches):
                        super().__init__()
                        self.branches = nn.ModuleList(branches)

                    def forward(self, x):
                        return torch.cat([branch(x) for branch in self.branches], dim=1)

                """
            case .locallyConnected:
                """
                class LocallyConnected2d(nn.Module):
                    \"""A convolution's windows, each with weights of its own; zeros are left, right, top, bottom.\"""

                    def __init__(self, channels, outputs, kernel, size, stride, zeros, bias=True):
                        super().__init__()
                        self.kernel, self.size, self.stride, self.zeros = kernel, size, stride, zeros
                        self.weight = nn.Parameter(torch.zeros(*size, outputs, channels, *kernel))
                        self.bias = nn.Parameter(torch.zeros(*size, outputs)) if bias else None

                    def forward(self, x):
                        x = nn.functional.pad(x, self.zeros)
                        patches = nn.functional.unfold(x, self.kernel, stride=self.stride)
                        weight = self.weight.flatten(0, 1).flatten(2)
                        output = torch.einsum("ncp,poc->npo", patches, weight)
                        output = output.reshape(len(x), *self.size, -1)
                        if self.bias is not None:
                            output = output + self.bias
                        return output.permute(0, 3, 1, 2)

                """
            case .without:
                """
                def without(name, module):
                    \"""A normalization without its scale or its shift: in torch.nn it has both, or neither.\"""
                    module.register_parameter(name, None)
                    return module

                """
            case .rowConvolution:
                """
                class RowConv1d(nn.Conv1d):
                    \"""A convolution of sequences that are images of one row.\"""

                    def forward(self, x):
                        return super().forward(x.squeeze(2)).unsqueeze(2)

                """
            case .scale:
                """
                class Scale(nn.Module):
                    \"""factor · x.\"""

                    def __init__(self, factor):
                        super().__init__()
                        self.factor = factor

                    def forward(self, x):
                        return self.factor * x

                """
            }
        }
    }

    private var helpers: Set<Helper> = []

    /// The sources of the helper modules in use.
    var helperSources: [String] { Helper.allCases.filter(helpers.contains).map(\.source) }

    mutating func need(_ helper: Helper) { helpers.insert(helper) }

    /// A normalization with a scale, a shift, both or neither.
    ///
    /// - Parameters:
    ///   - hasWeight: Whether it has a scale.
    ///   - hasBias: Whether it has a shift.
    ///   - module: The module's expression, given the argument that leaves out both, or none.
    /// - Returns: The expression.
    mutating func affine(_ hasWeight: Bool, _ hasBias: Bool, module: (String) -> String) -> String {
        guard hasWeight || hasBias else { return module(", affine=False") }
        guard !(hasWeight && hasBias) else { return module("") }
        need(.without)
        return "without(\"\(hasWeight ? "bias" : "weight")\", \(module("")))"
    }

    /// Layers in a sequence.
    ///
    /// - Parameters:
    ///   - layers: The layers.
    ///   - inputShape: The shape of one sample.
    /// - Returns: An expression over several lines.
    /// - Throws: `ExportError.noCounterpart`.
    mutating func sequential(_ layers: [NamedLayer], inputShape: FeatureShape) throws(ExportError) -> String {
        var lines: [String] = []
        for place in ExportedLayer.layers(of: layers, inputShape: inputShape) {
            let expression = try LayerMapping.of(place, format: "PyTorch").torch(place, &self)
            lines += (expression + ",").split(separator: "\n").map { "    \($0)" }
        }
        return "nn.Sequential(\n\(lines.joined(separator: "\n"))\n)"
    }

    /// The branches of a layer.
    ///
    /// - Parameter place: The layer.
    /// - Returns: An expression for each branch.
    /// - Throws: `ExportError.noCounterpart`.
    mutating func sequentials(branchesOf place: ExportedLayer) throws(ExportError) -> [String] {
        var branches: [String] = []
        for branch in place.branches {
            branches.append(try sequential(branch.layers, inputShape: place.inputShape))
        }
        return branches
    }
}
