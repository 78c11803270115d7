import Foundation

/// Small networks for 200 of the digits: nine steps per epoch, the last of them smaller.
enum SmallNetwork: String, CaseIterable {
    case convolutional, residual, muon

    static let stepsPerEpoch = 9

    /// Writes the configuration to a folder.
    ///
    /// - Parameter folder: An existing folder.
    /// - Returns: The file.
    /// - Throws: An error if it can't be written.
    func write(to folder: String) throws -> String {
        let path = "\(folder)/\(rawValue).yaml"
        try (network + Self.training).write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private var network: String {
        switch self {
        case .convolutional:
            """
            network:
              layers:
                - conv2d: {outputChannels: 8, kernel: 3, padding: same}
                - relu
                - maxPool2d: {kernel: 2}
                - flatten
                - dropout: {probability: 0.25}
                - linear: {outputFeatures: 10}
            optimizer: {name: adam, learningRate: 0.002}

            """
        case .residual:
            """
            network:
              layers:
                - conv2d: {outputChannels: 8, kernel: 3, padding: same, bias: false}
                - batchNorm2d
                - relu
                - residual:
                    body:
                      - conv2d: {outputChannels: 16, kernel: 3, stride: 2, padding: 1, bias: false}
                      - batchNorm2d
                      - relu
                      - conv2d: {outputChannels: 16, kernel: 3, padding: same, bias: false}
                      - batchNorm2d
                    shortcut:
                      - conv2d: {outputChannels: 16, kernel: 1, stride: 2, bias: false}
                      - batchNorm2d
                - relu
                - globalAveragePool
                - linear: {outputFeatures: 10}
            optimizer: {name: sgd, learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.0005}

            """
        case .muon:
            """
            network:
              layers:
                - conv2d: {outputChannels: 8, kernel: 3, padding: same, trainedEpochs: {bias: 1}}
                - relu
                - conv2d: {outputChannels: 16, kernel: 3, stride: 2, padding: 1, bias: false, learningRateFactor: 0.5}
                - batchNorm2d
                - relu
                - flatten
                - linear: {outputFeatures: 24}
                - relu
                - linear: {outputFeatures: 10}
            optimizer:
              name: muon
              learningRate: 0.05
              weightDecay: 0.01
              others: {learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.001}

            """
        }
    }

    private static let training = """
        dataset: {name: digits, limit: 200}
        augmentation: {mirror: true, translationPixels: 1}
        training: {globalBatchSize: 24, epochs: 2, seed: 7}
        logging: {everySteps: 1}

        """
}
