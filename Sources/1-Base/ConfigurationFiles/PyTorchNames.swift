/// Names of PyTorch that are different here.
enum PyTorchNames {
    private static let translations = [
        "Conv2d": "conv2d", "Linear": "linear", "ReLU": "relu", "MaxPool2d": "maxPool2d", "AvgPool2d": "averagePool2d",
        "AdaptiveAvgPool2d": "globalAveragePool", "AdaptiveMaxPool2d": "globalMaxPool", "BatchNorm2d": "batchNorm2d",
        "Conv1d": "conv1d", "MaxPool1d": "maxPool1d", "AvgPool1d": "averagePool1d", "BatchNorm1d": "batchNorm1d",
        "LayerNorm": "layerNorm", "GroupNorm": "groupNorm", "LocalResponseNorm": "localResponseNorm",
        "LeakyReLU": "leakyReLU", "ELU": "elu", "GELU": "gelu", "SiLU": "silu", "Sigmoid": "sigmoid", "Tanh": "tanh",
        "num_groups": "groups", "negative_slope": "negativeSlope", "padding_mode": "paddingMode", "ceil_mode": "ceil",
        "count_include_pad": "countIncludePad", "MultiStepLR": "step", "Dropout": "dropout",
        "Flatten": "flatten", "out_channels": "outputChannels", "kernel_size": "kernel",
        "out_features": "outputFeatures", "p": "probability", "eps": "epsilon", "lr": "learningRate",
        "learning_rate": "learningRate", "weight_decay": "weightDecay", "batch_size": "globalBatchSize",
        "num_epochs": "epochs", "max_norm": "clipNorm", "max_grad_norm": "clipNorm",
        "label_smoothing": "labelSmoothing", "num_threads": "threadsPerRank", "SGD": "sgd", "Adam": "adam",
        "AdamW": "adamw", "Muon": "muon", "ns_steps": "nsSteps", "CrossEntropyLoss": "crossEntropy",
        "cross_entropy": "crossEntropy",
        "CosineAnnealingLR": "cosine", "OneCycleLR": "oneCycle", "StepLR": "step", "gamma": "decayFactor",
        "step_size": "stepEpochs", "pct_start": "peakFraction",
    ]

    private static let notes = [
        "in_channels": "leave PyTorch's 'in_channels' out: they follow from the layer before",
        "in_features": "leave PyTorch's 'in_features' out: they follow from the layer before",
        "num_features": "leave PyTorch's 'num_features' out: they follow from the layer before",
        "betas": "PyTorch's 'betas' are 'beta1' and 'beta2' here",
    ]

    /// What a name of PyTorch is called here; nil if PyTorch has no such name, or it is the same.
    static func translation(of name: String) -> String? { translations[name] }

    /// A note on a name of PyTorch that has no single counterpart; nil if there is none.
    static func note(on name: String) -> String? { notes[name] }
}
