// swift-tools-version: 6.2
import PackageDescription

// The modules of the system, floor by floor, lowest first: each floor is a folder of `Sources` and `Tests`. A module imports
// only modules above its own line in this table. Only Kernels names OpenBLAS, only Collectives MPI, only Images libpng.
let floors: [Floor] = [
    Floor(
        "1-Base",
        [
            Module("Console"),
            Module("Tensors"),
            Module("Tracing"),
            Module("Statistics"),
            Module("Configuration", packages: [.yams]),
            Module("Images", imports: ["CPNG"]),
        ]
    ),
    Floor(
        "2-Arithmetic",
        [
            Module("Kernels", imports: ["Tensors", "COpenBLAS", "CVectorKernels"]),
            Module("Convolution", imports: ["Tensors", "Kernels", "CVectorKernels"]),
        ]
    ),
    // What is trained, on what, and how.
    Floor(
        "3-Model",
        [
            Module("Datasets", imports: ["Tensors"], packages: [.crypto, .subprocess, .system]),
            Module("Networks", imports: ["Tensors", "Tracing", "Configuration", "Kernels", "Convolution"]),
            Module("Optimizers", imports: ["Tensors", "Configuration", "Kernels"]),
        ]
    ),
    // How ranks start, and how they agree.
    Floor(
        "4-Ranks",
        [
            Module("Collectives", imports: ["COpenMPI"]),
            Module("GradientReduction", imports: ["Tensors", "Collectives"]),
            Module("Launching", imports: ["Console", "Collectives", "CProcessTree"]),
        ]
    ),
    // What is kept of a run.
    Floor(
        "5-Records",
        [
            Module("Metrics", imports: ["Console"], packages: [.protobuf], excludes: ["TensorBoardEvent.proto"]),
            Module("Checkpoints", packages: [.crypto]),
        ]
    ),
    // The run itself.
    Floor(
        "6-Run",
        [
            Module(
                "Training",
                imports: [
                    "Console", "Tensors", "Tracing", "Configuration", "Kernels", "Datasets", "Networks", "Collectives",
                    "GradientReduction", "Optimizers", "Metrics", "Checkpoints", "CProcessorAffinity",
                ]
            )
        ]
    ),
    // What is read from runs afterwards.
    Floor(
        "7-Analysis",
        [
            Module("Reports", imports: ["Metrics"]),
            Module(
                "Explanation",
                imports: [
                    "Tensors", "Configuration", "Kernels", "Datasets", "Networks", "Optimizers", "Metrics",
                    "Checkpoints", "Images", "Training", "Reports",
                ]
            ),
        ]
    ),
    // Many runs: each a process group of its own, which leaves a run folder.
    Floor(
        "8-Studies",
        [
            Module(
                "Trials",
                imports: ["Configuration", "Datasets", "Metrics", "Training", "Reports", "Launching"],
                packages: [.subprocess, .system]
            ),
            Module("Sweeps", imports: ["Configuration", "Metrics", "Tensors", "Trials"]),
            Module(
                "Experiments",
                imports: [
                    "Tensors", "Statistics", "Images", "Configuration", "Datasets", "Networks", "Collectives",
                    "Metrics", "Training", "Reports", "Explanation", "Trials",
                ]
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
        .systemLibrary(name: "CProcessorAffinity", path: "Sources/6-Run/CProcessorAffinity"),
        .systemLibrary(name: "CProcessTree", path: "Sources/4-Ranks/CProcessTree"),
        .target(
            name: "CVectorKernels",
            path: "Sources/2-Arithmetic/CVectorKernels",
            cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])]
        ),
        .executableTarget(
            name: "swift-dp-train",
            dependencies: floors.flatMap(\.modules).map { .byName(name: $0.name) } + [.argumentParser],
            path: "Sources/9-Program/swift-dp-train",
            swiftSettings: .strict
        ),
        .target(
            name: "TestSupport",
            dependencies: ["Tensors"],
            path: "Tests/Support/TestSupport",
            swiftSettings: .strict
        ),
        // A rank for the tests under mpirun, which find it beside them.
        .executableTarget(
            name: "mpi-test-rank",
            dependencies: ["Tensors", "Collectives", "GradientReduction", "TestSupport"],
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
            dependencies: ["swift-dp-train", "Configuration", "Metrics", "TestSupport", .crypto],
            path: "Tests/9-Program/ProgramTests",
            swiftSettings: .strict
        ),
        .testTarget(
            name: "TestSupportTests",
            dependencies: ["TestSupport"],
            path: "Tests/Support/TestSupportTests",
            swiftSettings: .strict
        ),
    ] + floors.flatMap(\.targets)
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
    let excludes: [String]

    init(
        _ name: String,
        imports: [String] = [],
        packages: [Target.Dependency] = [],
        excludes: [String] = []
    ) {
        self.name = name
        self.dependencies = imports.map { .byName(name: $0) } + packages
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
                dependencies: [.byName(name: name), "TestSupport"] + dependencies,
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
