// swift-tools-version: 6.2
import PackageDescription

// The modules of the system, floor by floor, lowest first: each floor is a folder of `Sources` and `Tests`. A module imports
// only modules above its own line in this table, and its line names all that it imports and nothing else, which
// `Launch/check-imports` holds. Only Kernels names OpenBLAS, only Collectives MPI, only Images and CImageCodecs the libraries
// of picture formats, only ArrayFiles zlib.
//
// What another module uses is `package`. `public` is what Tensors has, and nothing else: a release build inlines small public
// members across modules but not `package` ones, and hot loops use those of Tensors.
let floors: [Floor] = [
    // Values, files and pictures: they know nothing of training.
    Floor(
        "1-Base",
        [
            // Standard output and error, which never end a run.
            Module("Console"),
            // Child processes, locks, synchronized files, signals and cores, as the system gives them.
            Module("Processes", imports: ["Console", "CProcesses"], packages: [.subprocess, .system]),
            // Slices of aligned memory, and seeded streams of random numbers.
            Module("Tensors"),
            // Numbers and tables as people read them.
            Module("Formatting"),
            // Spans of time, written as a Chrome trace.
            Module("Tracing"),
            // Means with confidence intervals.
            Module("Statistics"),
            // A YAML file as typed sections; an error names file, line and key.
            Module("ConfigurationFiles", imports: ["Processes", "Tensors", "Formatting"], packages: [.yams]),
            // Pictures, and PNG files of them.
            Module("Images", imports: ["CPNG"]),
            // Pictures out of files of other programs: decoded, turned, resized.
            Module("ImageFiles", imports: ["Images", "CImageCodecs"], packages: [.system]),
            // Arrays and tables out of files of other programs, and what packs them.
            Module("ArrayFiles", imports: ["Processes", "CZlib"], packages: [.system]),
        ]
    ),
    // What the processor's time goes to.
    Floor(
        "2-Arithmetic",
        [
            // Matrix products, and one pass over memory at a time: pooling, normalization, loss, update.
            Module("Kernels", imports: ["Tensors", "COpenBLAS", "CVectorKernels"]),
            // Convolutions: Winograd's, by patches, direct.
            Module("Convolution", imports: ["Tensors", "Kernels", "CVectorKernels"]),
            // What this processor's arithmetic comes to: equal fingerprints mean equal bits.
            Module("Numerics", imports: ["Tensors", "Kernels", "Convolution", "CVectorKernels"]),
        ]
    ),
    // What is trained, on what, and how.
    Floor(
        "3-Model",
        [
            // Images with labels, in an order and with an augmentation that seed, epoch and sample decide.
            Module(
                "Datasets",
                imports: [
                    "Processes", "Tensors", "Formatting", "Images", "ImageFiles", "ArrayFiles", "CDigits",
                    "CFileMapping",
                ],
                packages: [.crypto, .system]
            ),
            // Published data sets fetched, checked and unpacked.
            Module(
                "Downloads",
                imports: ["Processes", "Datasets"],
                packages: [.crypto, .subprocess, .system],
                testImports: ["Tensors"]
            ),
            // Layers, networks of them, and replicas that run them forward and backward.
            Module("Networks", imports: ["Tensors", "Tracing", "Kernels", "Convolution"]),
            // Layers read out of a configuration.
            Module("NetworkAssembly", imports: ["Tensors", "ConfigurationFiles", "Networks"]),
            // Rules that turn a gradient into a step, and schedules of the learning rate.
            Module("Optimizers", imports: ["Tensors", "ConfigurationFiles", "Kernels", "CVectorKernels"]),
        ]
    ),
    // How ranks start, and how they agree.
    Floor(
        "4-Ranks",
        [
            // What all ranks do together, over MPI or alone.
            Module(
                "Collectives",
                imports: ["Processes", "Formatting", "Tracing", "COpenMPI"],
                testImports: ["RankSupport"]
            ),
            // Gradients added up over virtual shards and ranks in one fixed order.
            Module(
                "GradientReduction",
                imports: ["Tensors", "ConfigurationFiles", "Collectives"],
                testImports: ["RankSupport"]
            ),
            // Ranks under mpirun, watched over and started again.
            Module("Launching", imports: ["Console", "Processes", "Collectives"], testImports: ["Tracing"]),
        ]
    ),
    // What is kept of a run.
    Floor(
        "5-Records",
        [
            // The lines, events and summary that a run writes and later tools read.
            Module(
                "Metrics",
                imports: ["Console", "Processes", "Formatting"],
                packages: [.protobuf],
                testImports: ["RunSupport"],
                excludes: ["TensorBoardEvent.proto"]
            ),
            // Weights and state on disk, whole or not at all.
            Module("Checkpoints", imports: ["Processes"], packages: [.crypto, .system], testImports: ["RunSupport"]),
            // A network's weights and its optimizer's state as the tensors of a checkpoint, and back.
            Module(
                "ModelCheckpoints",
                imports: ["Tensors", "Networks", "Optimizers", "Checkpoints"],
                testImports: ["ConfigurationFiles"]
            ),
        ]
    ),
    // The run itself.
    Floor(
        "6-Run",
        [
            // What a configuration names: data set, network, optimizer, schedule.
            Module(
                "Assembly",
                imports: [
                    "Console", "Formatting", "ConfigurationFiles", "ImageFiles", "Datasets", "Networks",
                    "NetworkAssembly",
                    "Optimizers", "GradientReduction", "Checkpoints",
                ]
            ),
            // A step, the loop of steps, and the run folder.
            Module(
                "Training",
                imports: [
                    "Console", "Processes", "Tensors", "Formatting", "Tracing", "ConfigurationFiles", "Kernels",
                    "Numerics",
                    "Datasets", "Networks", "Optimizers", "Collectives", "GradientReduction", "Metrics", "Checkpoints",
                    "ModelCheckpoints", "Assembly",
                ],
                testImports: ["NetworkAssembly", "RunSupport", "RankSupport"]
            ),
            // Where the time of a step goes, and what a network's layers cost.
            Module(
                "Benchmarks",
                imports: [
                    "Tensors", "Formatting", "Tracing", "ConfigurationFiles", "Kernels", "Datasets", "Networks",
                    "NetworkAssembly", "Optimizers", "Collectives", "GradientReduction", "Metrics", "Assembly",
                    "Training",
                ],
                testImports: ["RankSupport"]
            ),
            // The bits of the same steps on several numbers of ranks, compared.
            Module(
                "Verification",
                imports: [
                    "Processes", "Tensors", "ConfigurationFiles", "Networks", "Collectives", "GradientReduction",
                    "Checkpoints", "ModelCheckpoints", "Assembly", "Training",
                ]
            ),
        ]
    ),
    // What is read from runs afterwards.
    Floor(
        "7-Analysis",
        [
            // Runs side by side, as a table and as a page of plots.
            Module(
                "Reports",
                imports: ["Formatting", "Statistics", "ConfigurationFiles", "Metrics"],
                testImports: ["RunSupport"]
            ),
            // A trained network opened: filters, feature maps, saliency, probes.
            Module(
                "Explanation",
                imports: [
                    "Tensors", "Formatting", "Images", "ImageFiles", "ConfigurationFiles", "Kernels", "Datasets",
                    "Networks",
                    "Optimizers", "Metrics", "Checkpoints", "ModelCheckpoints", "Assembly", "Reports",
                ]
            ),
            // A trained network for other systems: ONNX, PyTorch.
            Module(
                "Export",
                imports: [
                    "Tensors", "Formatting", "ConfigurationFiles", "Datasets", "Networks", "Metrics", "Checkpoints",
                    "ModelCheckpoints", "Assembly",
                ],
                packages: [.protobuf],
                testImports: ["NetworkAssembly"],
                excludes: ["ONNXModel.proto"]
            ),
            // A trained network's answers to images, and how many are right.
            Module(
                "Predictions",
                imports: [
                    "Tensors", "Formatting", "Statistics", "Images", "ImageFiles", "ConfigurationFiles", "Kernels",
                    "Datasets", "Networks", "Collectives", "GradientReduction", "Metrics", "ModelCheckpoints",
                    "Assembly", "Training", "Reports", "Explanation",
                ],
                testImports: ["Checkpoints", "RankSupport"]
            ),
        ]
    ),
    // Many runs: each a process group of its own, which leaves a run folder.
    Floor(
        "8-Studies",
        [
            // One training of a study, in a folder of its own.
            Module(
                "Trials",
                imports: [
                    "Processes", "Formatting", "ConfigurationFiles", "Metrics", "Assembly", "Reports", "Launching",
                ],
                packages: [.subprocess, .system],
                testImports: ["RunSupport"]
            ),
            // A search over configuration keys: grid, random, successive halving.
            Module(
                "Sweeps",
                imports: ["Formatting", "ConfigurationFiles", "Metrics", "Tensors", "Trials"],
                testImports: ["RunSupport"]
            ),
            // The MLP and the CNN compared claim by claim, and the page with the verdict.
            Module(
                "Experiments",
                imports: [
                    "Tensors", "Formatting", "Statistics", "Images", "ConfigurationFiles", "Datasets", "Networks",
                    "Collectives", "Metrics", "ModelCheckpoints", "Assembly", "Reports", "Explanation", "Predictions",
                    "Trials",
                ],
                testImports: ["RunSupport"]
            ),
        ]
    ),
]

let package = Package(
    name: "swift-dp-train",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "swift-dp-train", targets: ["swift-dp-train"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.30.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
    ],
    targets: [
        .systemLibrary(
            name: "COpenMPI",
            path: "Sources/4-Ranks/COpenMPI",
            pkgConfig: "ompi-c",
            providers: [.apt(["libopenmpi-dev"]), .brew(["open-mpi"])]
        ),
        .systemLibrary(
            name: "COpenBLAS",
            path: "Sources/2-Arithmetic/COpenBLAS",
            pkgConfig: "openblas",
            providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]
        ),
        .systemLibrary(
            name: "CPNG",
            path: "Sources/1-Base/CPNG",
            pkgConfig: "libpng",
            providers: [.apt(["libpng-dev"]), .brew(["libpng"])]
        ),
        .systemLibrary(
            name: "CJPEG",
            path: "Sources/1-Base/CJPEG",
            pkgConfig: "libjpeg",
            providers: [.apt(["libjpeg-dev"]), .brew(["jpeg-turbo"])]
        ),
        .systemLibrary(
            name: "CWebP",
            path: "Sources/1-Base/CWebP",
            pkgConfig: "libwebp",
            providers: [.apt(["libwebp-dev"]), .brew(["webp"])]
        ),
        .systemLibrary(
            name: "CZlib",
            path: "Sources/1-Base/CZlib",
            pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"])]
        ),
        .target(name: "CImageCodecs", dependencies: ["CPNG", "CJPEG", "CWebP"], path: "Sources/1-Base/CImageCodecs"),
        .systemLibrary(name: "CProcesses", path: "Sources/1-Base/CProcesses"),
        .target(
            name: "CVectorKernels",
            path: "Sources/2-Arithmetic/CVectorKernels",
            cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])]
        ),
        .target(name: "CFileMapping", path: "Sources/3-Model/CFileMapping"),
        // C, since its `#embed` takes no time to compile; SwiftPM's `.embedInCode` takes a quarter of a minute.
        .target(
            name: "CDigits",
            path: "Sources/3-Model/CDigits",
            exclude: ["digits.txt"],
            cSettings: [.unsafeFlags(["-std=gnu23"])]
        ),
    ] + floors.flatMap(\.targets) + [
        .executableTarget(
            name: "swift-dp-train",
            dependencies: [
                "Console", "Processes", "Formatting", "ConfigurationFiles", "Images", "ImageFiles", "Kernels",
                "Numerics", "Datasets", "Downloads",
                "Networks",
                "NetworkAssembly", "Collectives", "GradientReduction", "Launching", "Metrics", "Checkpoints",
                "Assembly", "Training", "Benchmarks", "Verification", "Reports", "Explanation", "Export", "Predictions",
                "Trials", "Sweeps", "Experiments",
                .argumentParser,
            ],
            path: "Sources/9-Program/swift-dp-train",
            swiftSettings: .strict
        ),
        .target(
            name: "TestSupport",
            dependencies: ["Tensors"],
            path: "Tests/Support/TestSupport",
            swiftSettings: .strict
        ),
        // Records, disks and programs that stand in for real ones in tests.
        .target(
            name: "RunSupport",
            dependencies: ["Metrics", "Checkpoints"],
            path: "Tests/Support/RunSupport",
            swiftSettings: .strict
        ),
        // Ranks that are threads of one process, and the obvious reduction of their gradients.
        .target(
            name: "RankSupport",
            dependencies: ["Processes", "Tensors", "Collectives", "GradientReduction"],
            path: "Tests/Support/RankSupport",
            swiftSettings: .strict
        ),
        // A rank for the tests under mpirun, which find it beside them.
        .executableTarget(
            name: "mpi-test-rank",
            dependencies: ["Tensors", "Tracing", "Collectives", "GradientReduction", "TestSupport", "RankSupport"],
            path: "Tests/4-Ranks/MPITestRank",
            swiftSettings: .strict
        ),
        .testTarget(
            name: "MPITests",
            dependencies: ["mpi-test-rank"],
            path: "Tests/4-Ranks/MPITests",
            swiftSettings: .strict
        ),
        // They run the program itself, which they find beside them.
        .testTarget(
            name: "ProgramTests",
            dependencies: ["swift-dp-train", "ConfigurationFiles", "Metrics", "TestSupport", .crypto],
            path: "Tests/9-Program/ProgramTests",
            swiftSettings: .strict
        ),
        .testTarget(
            name: "TestSupportTests",
            dependencies: ["TestSupport"],
            path: "Tests/Support/TestSupportTests",
            swiftSettings: .strict
        ),
    ]
)

/// A folder of `Sources` and its twin of `Tests`, and the modules in it.
struct Floor {
    let folder: String
    let modules: [Module]

    init(_ folder: String, _ modules: [Module]) {
        self.folder = folder
        self.modules = modules
    }

    var targets: [Target] { modules.flatMap { $0.targets(in: folder) } }
}

/// One module of the table: a target and the test target that mirrors it.
struct Module {
    let name: String
    let dependencies: [Target.Dependency]
    let testDependencies: [Target.Dependency]
    let excludes: [String]

    init(
        _ name: String,
        imports: [String] = [],
        packages: [Target.Dependency] = [],
        testImports: [String] = [],
        excludes: [String] = []
    ) {
        self.name = name
        self.dependencies = imports.map { .byName(name: $0) } + packages
        self.testDependencies = ([name, "TestSupport"] + testImports).map { .byName(name: $0) } + dependencies
        self.excludes = excludes
    }

    func targets(in folder: String) -> [Target] {
        [
            .target(
                name: name,
                dependencies: dependencies,
                path: "Sources/\(folder)/\(name)",
                exclude: excludes,
                swiftSettings: .strict
            ),
            .testTarget(
                name: name + "Tests",
                dependencies: testDependencies,
                path: "Tests/\(folder)/\(name)Tests",
                swiftSettings: .strict
            ),
        ]
    }
}

extension Target.Dependency {
    static var argumentParser: Self { .product(name: "ArgumentParser", package: "swift-argument-parser") }
    static var crypto: Self { .product(name: "Crypto", package: "swift-crypto") }
    static var protobuf: Self { .product(name: "SwiftProtobuf", package: "swift-protobuf") }
    static var subprocess: Self { .product(name: "Subprocess", package: "swift-subprocess") }
    static var system: Self { .product(name: "SystemPackage", package: "swift-system") }
    static var yams: Self { .product(name: "Yams", package: "Yams") }
}

extension [SwiftSetting] {
    static var strict: Self {
        [
            .swiftLanguageMode(.v6),
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
        ]
    }
}
