import Testing

/// The real program, alone and under a real mpirun, on short runs.
///
/// Without mpirun these tests fail. They run one at a time: each uses all cores by itself.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ProgramTests {}
