import Networks

/// Python that makes a network of torch.nn's modules.
struct TorchSource {
    /// A module that torch.nn hasn't got.
    enum Helper: CaseIterable {
        case paddedConvolution
        case residual

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
            }
        }
    }

    private var helpers: Set<Helper> = []

    /// The modules of its own that the network is made of.
    var helperSources: [String] { Helper.allCases.filter(helpers.contains).map(\.source) }

    mutating func need(_ helper: Helper) { helpers.insert(helper) }

    /// Layers one after another.
    ///
    /// - Parameters:
    ///   - layers: The layers.
    ///   - inputShape: One sample's.
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
}
