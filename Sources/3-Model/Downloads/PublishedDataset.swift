package import Datasets

/// A data set for download: its addresses and files.
package struct PublishedDataset: Sendable {
    /// One file of it.
    package struct Source: Sendable, Equatable {
        /// Its address.
        package let url: String
        /// Its checksum.
        package let checksum: FileChecksum
        /// Its name on this machine.
        package let fileName: String

        package init(url: String, checksum: FileChecksum, fileName: String) {
            self.url = url
            self.checksum = checksum
            self.fileName = fileName
        }
    }

    /// The data set's name in configurations.
    package let name: String
    /// The folder with its files.
    package let folderName: String
    /// One archive of the folder, or the folder's files.
    package private(set) var sources: [Source]

    /// What the names of temporary files begin with.
    let workName: String
    /// Whether the only source is an archive of the folder.
    let isArchive: Bool
    /// Reads the data set in a folder, to check that it is complete.
    let check: @Sendable (_ folder: String) throws(DatasetError) -> Void

    /// The same data set from another address.
    ///
    /// - Parameters:
    ///   - url: The address of the archive, or of the folder with the files.
    ///   - checksums: One per source; empty for the official ones.
    /// - Returns: The data set with the new address.
    /// - Throws: `DatasetError.invalidOption` if the number of checksums is not that of the sources.
    package func from(url: String?, checksums: [FileChecksum]) throws(DatasetError) -> PublishedDataset {
        guard checksums.isEmpty || checksums.count == sources.count else {
            throw .invalidOption(
                name: "checksums",
                found: "\(checksums.count)",
                needed: "\(sources.count), of \(sources.map(\.fileName).joined(separator: ", ")) in this order"
            )
        }
        var moved = self
        moved.sources = sources.enumerated().map { index, source in
            let place = url.map { isArchive ? $0 : "\($0)/\(source.fileName)" } ?? source.url
            let checksum = checksums.isEmpty ? source.checksum : checksums[index]
            return Source(url: place, checksum: checksum, fileName: source.fileName)
        }
        return moved
    }

    /// All data sets that can be downloaded, by their names in configurations.
    package static let all = [cifar10(), cifar100, mnist, fashionMNIST, svhn]

    /// Krizhevsky, "Learning multiple layers of features from tiny images", 2009.
    package static func cifar10(recordsPerFile: Int = 10_000) -> PublishedDataset {
        PublishedDataset(
            name: "cifar10",
            folderName: CIFAR10Reader.folderName,
            sources: [
                Source(
                    url: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
                    checksum: .officialCIFAR10,
                    fileName: "cifar-10-binary.tar.gz"
                )
            ],
            workName: "cifar-10",
            isArchive: true
        ) { folder throws(DatasetError) in _ = try CIFAR10Reader(root: folder, recordsPerFile: recordsPerFile).read() }
    }

    private static let cifar100 = PublishedDataset(
        name: "cifar100",
        folderName: CIFAR100Reader.folderName,
        sources: [
            Source(
                url: "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
                checksum: FileChecksum(unchecked: .md5, "03b5dce01913d631647c71ecec9e9cb8"),
                fileName: "cifar-100-binary.tar.gz"
            )
        ],
        workName: "cifar-100",
        isArchive: true
    ) { folder throws(DatasetError) in
        _ = try CIFAR100Reader(root: folder, labels: .fine).read()
        _ = try CIFAR100Reader(root: folder, labels: .coarse).read()
    }

    private static let mnist = PublishedDataset(
        idx: .mnist,
        url: "https://ossci-datasets.s3.amazonaws.com/mnist",
        md5: [
            "f68b3c2dcbeaaa9fbdd348bbdeb94873", "d53e105ee54ea40749a09fcbcd1e9432", "9fb629c4189551a2d022fa330f9573f3",
            "ec29112dd5afa0611ce80d1b7f02629c",
        ]
    )

    private static let fashionMNIST = PublishedDataset(
        idx: .fashionMNIST,
        url: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
        md5: [
            "8d4fb7e6c68d591d4c3dfef9ec88bf0d", "25c81989df183df01b3e8a0aad5dffbe", "bef4ecab320f06d8554ea6380940ec79",
            "bb300cfdad3c16e7a12a480ee83cd310",
        ]
    )

    private init(idx published: IDXDataset.Published, url: String, md5: [String]) {
        self.init(
            name: published.name,
            folderName: published.name,
            sources: zip(IDXDataset.fileNames, md5).map { name, digits in
                Source(
                    url: "\(url)/\(name).gz",
                    checksum: FileChecksum(unchecked: .md5, digits),
                    fileName: name + ".gz"
                )
            },
            workName: published.name,
            isArchive: false
        ) { folder throws(DatasetError) in _ = try IDXDataset(published, root: folder).read() }
    }

    private static let svhn = PublishedDataset(
        name: "svhn",
        folderName: SVHNReader.folderName,
        sources: zip(
            SVHNReader.fileNames,
            ["e26dedcc434d2e4c54c9b2d4a06d8373", "eb5a983be6a315427106f1b164d9cef3"]
        ).map { name, digits in
            Source(
                url: "http://ufldl.stanford.edu/housenumbers/\(name)",
                checksum: FileChecksum(unchecked: .md5, digits),
                fileName: name
            )
        },
        workName: "svhn",
        isArchive: false
    ) { folder throws(DatasetError) in _ = try SVHNReader(root: folder).read() }

    init(
        name: String,
        folderName: String,
        sources: [Source],
        workName: String,
        isArchive: Bool,
        check: @escaping @Sendable (_ folder: String) throws(DatasetError) -> Void
    ) {
        self.name = name
        self.folderName = folderName
        self.sources = sources
        self.workName = workName
        self.isArchive = isArchive
        self.check = check
    }
}
