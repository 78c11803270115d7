import Kernels
import Tensors

/// Random matrices with orthogonal rows or columns (Saxe et al., "Exact solutions to the nonlinear dynamics of learning in
/// deep linear neural networks", 2014).
enum OrthogonalMatrix {
    /// Draws a matrix `[rows, columns]`, uniformly over those whose rows, or columns if there are fewer, are orthogonal
    /// unit vectors.
    ///
    /// The right singular vectors of normal numbers are uniform but for their signs, which are drawn.
    static func values(rows: Int, columns: Int, random: inout RandomStream) -> [Float] {
        let (fewer, more) = (min(rows, columns), max(rows, columns))
        let numbers = AlignedBuffer(count: rows * columns)
        for index in 0..<rows * columns { numbers.slice[index] = random.nextNormal() }
        let directions = withExtendedLifetime(numbers) {
            SingularValueDecomposition(of: numbers.slice, rows: fewer, columns: more).directions
        }.map { direction in
            let sign: Float = random.nextUniform() < 0.5 ? -1 : 1
            return direction.map { sign * $0 }
        }
        if rows <= columns { return directions.flatMap { $0 } }
        return (0..<rows).flatMap { row in (0..<columns).map { directions[$0][row] } }
    }
}
