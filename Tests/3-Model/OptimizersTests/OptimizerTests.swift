import Optimizers
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct OptimizerTests {
    /// Compared with PyTorch's float64: each of five steps adds a few rounding errors of numbers around 1.
    @Test(arguments: ["sgd", "sgd-momentum", "sgd-nesterov", "sgd-nesterov-decay", "adam", "adam-decay", "adamw"])
    func stepsEqualPyTorchs(name: String) throws {
        let fixture = try GoldenFixture.load("optimizer-\(name)")
        let count = fixture["initial"].values.count
        let optimizer = Optimizer(rule: OptimizerRule(fixture, decouplesDecay: name == "adamw"), elementCount: count)
        let (parameters, gradient) = (AlignedBuffer(count: count), AlignedBuffer(count: count))
        parameters.slice.copy(from: fixture["initial"].values)
        for step in 0..<5 {
            let range = step * count..<(step + 1) * count
            gradient.slice.copy(from: Array(fixture["gradients"].values[range]))
            let norm = optimizer.update(
                parameters.slice,
                gradient: gradient.slice,
                learningRate: Float(fixture.number("learningRate")),
                step: step + 1
            )
            #expect(norm == nil)
            let expected = Array(fixture["parameters"].values[range])
            expectClose(parameters.slice.array, expected, absolute: 5e-7, relative: 5e-7)
        }
    }

    /// Compared with PyTorch's parameter groups, the second of which has no gradient after the third step.
    @Test func groupsEqualPyTorchs() throws {
        let fixture = try GoldenFixture.load("optimizer-groups")
        let optimizer = Optimizer(
            rule: OptimizerRule(fixture, decouplesDecay: false),
            elementCount: 9,
            groups: [
                ParameterGroup(range: 0..<4),
                ParameterGroup(
                    range: 4..<9,
                    learningRateFactor: Float(fixture.number("learningRateFactor")),
                    weightDecayFactor: Float(fixture.number("weightDecayFactor")),
                    trainedSteps: fixture.integer("trainedSteps")
                ),
            ]
        )
        let (parameters, gradient) = (AlignedBuffer(count: 9), AlignedBuffer(count: 9))
        parameters.slice.copy(from: fixture["initial"].values)
        var states: [[Float]] = []
        for step in 0..<5 {
            gradient.slice.copy(from: Array(fixture["gradients"].values[step * 9..<(step + 1) * 9]))
            let rate = Float(fixture.number("learningRate"))
            optimizer.update(parameters.slice, gradient: gradient.slice, learningRate: rate, step: step + 1)
            let expected = Array(fixture["parameters"].values[step * 9..<(step + 1) * 9])
            expectClose(parameters.slice.array, expected, absolute: 5e-6, relative: 5e-6)
            states.append(optimizer.slots[0].slice.array)
        }
        #expect(states[4][4...] == states[2][4...] && states[4][..<4] != states[2][..<4])
    }

    /// A group's factors are those of an optimizer with other numbers, and its neighbours aren't touched.
    @Test func adamTakesAGroupsFactors() {
        func updated(_ rate: Float, _ decay: Float, groups: [ParameterGroup]?) -> [Float] {
            let optimizer = Optimizer(
                rule: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: decay, decouplesDecay: true),
                elementCount: 4,
                groups: groups
            )
            let (parameters, gradient) = (AlignedBuffer(count: 4), AlignedBuffer(count: 4))
            parameters.slice.copy(from: [1, 2, 3, 4])
            gradient.slice.copy(from: [1, -1, 2, -2])
            for step in 1...3 {
                optimizer.update(parameters.slice, gradient: gradient.slice, learningRate: rate, step: step)
            }
            return parameters.slice.array
        }
        let group = ParameterGroup(range: 2..<4, learningRateFactor: 4, weightDecayFactor: 0.5)
        let found = updated(0.0625, 0.25, groups: [group])
        #expect(Array(found[..<2]) == [1, 2])
        #expect(Array(found[2...]) == Array(updated(0.25, 0.125, groups: nil)[2...]))
    }

    /// 3 and 4 have the norm 5; a group that isn't trained any more has no part in it.
    @Test func theNormIsThatOfTheTrainedGroups() {
        let groups = [ParameterGroup(range: 0..<1), ParameterGroup(range: 1..<2, trainedSteps: 1)]
        let rule = OptimizerRule.sgd(momentum: 0, isNesterov: false, weightDecay: 0)
        let optimizer = Optimizer(rule: rule, clipNorm: 100, elementCount: 2, groups: groups)
        let (parameters, gradient) = (AlignedBuffer(count: 2), AlignedBuffer(count: 2))
        gradient.slice.copy(from: [3, 4])
        #expect(optimizer.update(parameters.slice, gradient: gradient.slice, learningRate: 1, step: 1) == 5)
        #expect(optimizer.update(parameters.slice, gradient: gradient.slice, learningRate: 1, step: 2) == 3)
        expectClose(parameters.slice.array, [-6, -4])
    }

    @Test func neighboursThatAreTrainedAlikeAreOneGroup() {
        let groups = [
            ParameterGroup(range: 0..<3), ParameterGroup(range: 16..<20),
            ParameterGroup(range: 32..<33, learningRateFactor: 2), ParameterGroup(range: 48..<50),
            ParameterGroup(range: 64..<70, trainedSteps: 4), ParameterGroup(range: 80..<90, trainedSteps: 4),
        ]
        #expect(
            groups.joined() == [
                ParameterGroup(range: 0..<20), ParameterGroup(range: 32..<33, learningRateFactor: 2),
                ParameterGroup(range: 48..<50), ParameterGroup(range: 64..<90, trainedSteps: 4),
            ]
        )
    }

    /// Plain gradient descent with a learning rate of 1 moves zeros to the negative of the clipped gradient.
    @Test(arguments: ["clip-above", "clip-below"])
    func clippingEqualsPyTorchs(name: String) throws {
        let fixture = try GoldenFixture.load(name)
        let values = fixture["first"].values + fixture["second"].values
        let expected = fixture["first.clipped"].values + fixture["second.clipped"].values
        let optimizer = Optimizer(
            rule: .sgd(momentum: 0, isNesterov: false, weightDecay: 0),
            clipNorm: Float(fixture.number("clipNorm")),
            elementCount: values.count
        )
        let (parameters, gradient) = (AlignedBuffer(count: values.count), AlignedBuffer(count: values.count))
        gradient.slice.copy(from: values)
        let norm = optimizer.update(parameters.slice, gradient: gradient.slice, learningRate: 1, step: 1)
        expectClose([try #require(norm)], [Float(fixture.number("norm"))], absolute: 0, relative: 1e-6)
        expectClose(parameters.slice.array.map { -$0 }, expected, absolute: 1e-7, relative: 1e-6)
    }

    /// A checkpoint contains the slots by name, and nothing else but the step, so they must be the complete state.
    @Test(arguments: [
        OptimizerRule.sgd(momentum: 0.9, isNesterov: true, weightDecay: 0.01),
        .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, decouplesDecay: true),
    ])
    func slotsAreTheCompleteState(rule: OptimizerRule) {
        let parameters = (AlignedBuffer(count: 5), AlignedBuffer(count: 5))
        let gradient = AlignedBuffer(count: 5)
        gradient.slice.copy(from: [1, -2, 3, 0.5, 0])
        let first = Optimizer(rule: rule, elementCount: 5)
        for step in 1...3 { first.update(parameters.0.slice, gradient: gradient.slice, learningRate: 0.1, step: step) }

        let second = Optimizer(rule: rule, elementCount: 5)
        #expect(second.slots.count == rule.slotNames.count)
        for (slot, source) in zip(second.slots, first.slots) { slot.slice.copy(from: source.slice) }
        parameters.1.slice.copy(from: parameters.0.slice)
        first.update(parameters.0.slice, gradient: gradient.slice, learningRate: 0.1, step: 4)
        second.update(parameters.1.slice, gradient: gradient.slice, learningRate: 0.1, step: 4)
        #expect(parameters.0.slice.array == parameters.1.slice.array)
    }
}

extension OptimizerRule {
    /// The rule of a fixture's settings.
    init(_ fixture: GoldenFixture, decouplesDecay: Bool) {
        func setting(_ name: String) -> Float { Float(fixture.number(name)) }
        self =
            fixture.tensors["beta1"] == nil
            ? .sgd(
                momentum: setting("momentum"),
                isNesterov: fixture.integer("nesterov") == 1,
                weightDecay: setting("weightDecay")
            )
            : .adam(
                beta1: setting("beta1"),
                beta2: setting("beta2"),
                epsilon: setting("epsilon"),
                weightDecay: setting("weightDecay"),
                decouplesDecay: decouplesDecay
            )
    }
}
