/// What is known of a data set before its images are read, and what a trained network needs to be used without them.
package struct DatasetDescription: Sendable, Equatable {
    /// The extents of every image.
    package let shape: ImageShape
    /// The name of each class, by label.
    package let classNames: [String]
    /// How many images it has to learn from, before any are left out or set apart.
    package let trainingCount: Int
    /// How many images it is evaluated on.
    package let testCount: Int

    /// How many classes its labels tell apart.
    package var classCount: Int { classNames.count }

    package init(shape: ImageShape, classNames: [String], trainingCount: Int, testCount: Int) {
        self.shape = shape
        self.classNames = classNames
        self.trainingCount = trainingCount
        self.testCount = testCount
    }
}
