/// The machines and ranks that Slurm has allocated to the job of this process.
package struct BatchAllocation: Equatable, Sendable {
    /// The job's number.
    package let job: String
    /// The number of machines.
    package let nodeCount: Int
    /// The number of ranks that were asked for; nil if only machines were.
    package let taskCount: Int?

    /// Reads Slurm's environment variables; nil outside of a job.
    package init?(environment: [String: String]) {
        guard let job = environment["SLURM_JOB_ID"] else { return nil }
        self.job = job
        nodeCount = max(1, environment["SLURM_JOB_NUM_NODES"].flatMap { Int($0) } ?? 1)
        taskCount = environment["SLURM_NTASKS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }

    /// How to stop the job after a checkpoint.
    package var stopAdvice: String {
        "scancel ends mpirun and its ranks as well, scancel --batch --signal=USR1 \(job) lets them write a checkpoint"
    }
}
