import Formatting
import Metrics
import Reports

extension VerdictReport {
    /// A dense first layer compared with a convolution, for several image sizes.
    func parameterGrowthSection() throws -> Page.Section {
        let megapixel = try ParameterGrowth(.dense(units: 1_000_000), sidePixels: 1000, channels: 1)
        return Page.Section(
            id: "parameter-growth",
            title: "Dense layers explode with image size",
            finding: Page.Section.Finding(try Self.explodes()),
            reading: [
                "A dense layer has a weight for each pixel and unit, so that it grows with the image's area; a "
                    + "convolution's filters are as large for a thumbnail as for a megapixel.",
                "A dense layer from a megapixel image to as many units has \(Format.bytes(megapixel.weightBytes)) of "
                    + "weights, and training adds "
                    + "\(Format.bytes(megapixel.trainingBytes - megapixel.weightBytes)) of gradients and Adam's state. "
                    + "All counted by the program's own layers, as by 'swift-dp-train inspect'.",
            ],
            content: [try growthPlot().figure(), try Self.growthTable().html()]
        )
    }

    /// Whether the dense layer grows at least a hundredfold from 32 to 1,024 pixels, and the convolution not at all.
    private static func explodes() throws -> Bool {
        func growth(_ layer: ParameterGrowth.Layer) throws -> (small: Int, large: Int) {
            let counts = try [32, 1024].map { side in
                try ParameterGrowth(layer, sidePixels: side, channels: 3).parameterCount
            }
            return (counts[0], counts[1])
        }
        let (dense, convolution) = (try growth(.dense(units: 512)), try growth(.convolution(filters: 64)))
        return dense.large > 100 * dense.small && convolution.large == convolution.small
    }

    private func growthPlot() throws -> Plot {
        let sides = [8, 16, 32, 64, 128, 256, 512, 1024]
        let layers: [(String, ParameterGrowth.Layer)] = [
            ("dense, 512 units", .dense(units: 512)), ("convolution, 64 filters of 3×3", .convolution(filters: 64)),
        ]
        let series = try layers.enumerated().map { style, layer in
            let points = try sides.map { side in
                let growth = try ParameterGrowth(layer.1, sidePixels: side, channels: 3)
                return Plot.Point(x: Double(side), y: Double(growth.parameterCount))
            }
            return Plot.Series(layer.0, style: style, points: points)
        }
        return Plot(
            title: "Parameters of a first layer on color images, as an MLP and as a CNN have it",
            x: Plot.Axis("rows and columns of the image (pixels)", kind: .logarithmic),
            y: Plot.Axis("parameters", kind: .logarithmic, format: .grouped),
            series: series
        )
    }

    static func growthTable() throws -> PageTable {
        let rows = try ParameterGrowth.examples().map { growth in
            let layer =
                switch growth.layer {
                case .dense(let units): "dense, \(Format.grouped(units)) units"
                case .convolution(let filters): "convolution 3×3, \(filters) filters"
                }
            return [
                "\(growth.sidePixels)×\(growth.sidePixels) \(growth.channels == 1 ? "gray" : "RGB")", layer,
                Format.grouped(growth.weightCount), Format.grouped(growth.parameterCount),
                Format.bytes(growth.weightBytes), Format.bytes(growth.trainingBytes),
            ]
        }
        return PageTable(
            header: ["image", "first layer", "weights", "with biases", "memory", "in training"],
            rows: rows
        )
    }
}
