// swift-tools-version: 6.2
import PackageDescription

// The layers of the system, lowest first. A module imports only modules above its own line in this table.
let layers: [Layer] = [
    // Values and memory.
    Layer("Tensors"),
    Layer("Tracing"),
    Layer("Statistics"),
    Layer("Configuration", packages: [.yams]),
    // Arithmetic: the only module that names OpenBLAS, and the convolution core over it.
    Layer("Kernels", imports: ["Tensors", "COpenBLAS", "CVectorKernels"]),
    Layer("Convolution", imports: ["Tensors", "Kernels", "CVectorKernels"]),
    // What is trained, and on what.
    Layer("Datasets", imports: ["Tensors"], packages: [.crypto, .subprocess, .system]),
    Layer("Networks", imports: ["Tensors", "Tracing", "Configuration", "Kernels", "Convolution"]),
    // How ranks agree: the only module that names MPI, and the reduction over it.
    Layer("Collectives", imports: ["COpenMPI"]),
    Layer("GradientReduction", imports: ["Tensors", "Collectives"]),
    Layer("Optimizers", imports: ["Tensors", "Configuration", "Kernels"]),
    // What is kept of a run.
    Layer("Metrics", packages: [.protobuf]),
    Layer("Checkpoints", packages: [.crypto]),
    // Pictures of it: the only module that names libpng.
    Layer("Images", imports: ["CPNG"]),
    // The run itself, and what is read from it afterwards.
    Layer(
        "Training",
        imports: [
            "Tensors", "Tracing", "Configuration", "Kernels", "Datasets", "Networks", "Collectives",
            "GradientReduction", "Optimizers", "Metrics", "Checkpoints", "CProcessorAffinity",
        ]
    ),
    Layer("Reports", imports: ["Metrics"]),
    Layer(
        "Explanation",
        imports: [
            "Tensors", "Configuration", "Kernels", "Datasets", "Networks", "Optimizers", "Metrics", "Checkpoints",
            "Images", "Training", "Reports",
        ]
    ),
    // Who starts the ranks, and starts them again.
    Layer("Launching", imports: ["Collectives", "CProcessTree"]),
    // Many runs: each a process group of its own, which leaves a run folder.
    Layer(
        "Trials",
        imports: ["Configuration", "Datasets", "Metrics", "Training", "Reports", "Launching"],
        packages: [.subprocess, .system]
    ),
    Layer("Sweeps", imports: ["Configuration", "Metrics", "Tensors", "Trials"]),
    Layer(
        "Experiments",
        imports: [
            "Tensors", "Statistics", "Images", "Configuration", "Datasets", "Networks", "Collectives", "Metrics",
            "Training", "Reports", "Explanation", "Trials",
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
            pkgConfig: "ompi-c",
            providers: [.apt(["libopenmpi-dev"]), .brew(["open-mpi"])]
        ),
        .systemLibrary(
            name: "COpenBLAS",
            pkgConfig: "openblas",
            providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]
        ),
        .systemLibrary(
            name: "CPNG",
            pkgConfig: "libpng",
            providers: [.apt(["libpng-dev"]), .brew(["libpng"])]
        ),
        .systemLibrary(name: "CProcessorAffinity"),
        .systemLibrary(name: "CProcessTree"),
        .target(name: "CVectorKernels", cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])]),
        .executableTarget(
            name: "swift-dp-train",
            dependencies: layers.map { .byName(name: $0.name) } + [.argumentParser],
            swiftSettings: .strict
        ),
        .target(name: "TestSupport", dependencies: ["Tensors"], path: "Tests/TestSupport", swiftSettings: .strict),
        // A rank for the tests under mpirun, which find it beside them.
        .executableTarget(
            name: "mpi-test-rank",
            dependencies: ["Tensors", "Collectives", "GradientReduction", "TestSupport"],
            path: "Tests/MPITestRank",
            swiftSettings: .strict
        ),
        .testTarget(name: "MPITests", dependencies: ["mpi-test-rank"], swiftSettings: .strict),
        // They run the program itself, which they find beside them.
        .testTarget(
            name: "ProgramTests",
            dependencies: ["swift-dp-train", "Metrics", "TestSupport", .crypto],
            swiftSettings: .strict
        ),
        .testTarget(name: "TestSupportTests", dependencies: ["TestSupport"], swiftSettings: .strict),
    ] + layers.flatMap(\.targets)
)

/// One module of the table: its target and the test target that mirrors it.
struct Layer {
    let name: String
    let target: Target
    let tests: Target

    init(_ name: String, imports: [String] = [], packages: [Target.Dependency] = []) {
        let dependencies = imports.map { Target.Dependency.byName(name: $0) } + packages
        self.name = name
        target = .target(name: name, dependencies: dependencies, swiftSettings: .strict)
        tests = .testTarget(
            name: name + "Tests",
            dependencies: [.byName(name: name), "TestSupport"] + dependencies,
            swiftSettings: .strict
        )
    }

    var targets: [Target] { [target, tests] }
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
