/// What is known of a data set before its images are read, and what is needed to use a trained network without them.
package struct DatasetDescription: Sendable, Equatable {
    /// The shape of every image.
    package let shape: ImageShape
    /// The name of each class, by label.
    package let classNames: [String]
    /// The number of training images, before any are left out or set apart.
    package let trainingCount: Int
    /// The number of test images.
    package let testCount: Int

    /// The number of classes.
    package var classCount: Int { classNames.count }

    package init(shape: ImageShape, classNames: [String], trainingCount: Int, testCount: Int) {
        self.shape = shape
        self.classNames = classNames
        self.trainingCount = trainingCount
        self.testCount = testCount
    }
}
