import ConfigurationFiles
import Testing

@Suite(.timeLimit(.minutes(10))) struct OptionReaderTests {
    @Test(arguments: [
        ("3", 3), ("+3", 3), ("-3", -3), ("3.0", 3), ("3e2", 300), ("1.5e1", 15), ("007", 7), ("-0.0", 0),
        ("9223372036854775807", Int.max), ("9007199254740992.0", 1 << 53),
    ])
    func integersAreReadInEveryNotation(text: String, value: Int) throws {
        #expect(try OptionReader(yaml: "n: \(text)").integer("n", in: .min ... .max, means: "test") == value)
    }

    @Test(arguments: ["3.5", "1e300", "9223372036854775808", "0b1", "1_000", "1:30", "three", "'3'", "[3]", "-+1", "."])
    func nothingElseIsAnInteger(text: String) throws {
        let options = try OptionReader(yaml: "n: \(text)")
        #expect(throws: ConfigurationError.self) { try options.integer("n", in: .min ... .max, means: "test") }
    }

    @Test(arguments: [
        ("1e-3", 0.001), ("1E-3", 0.001), (".5", 0.5), ("5.", 5), ("-2", -2), ("+1.5", 1.5), ("1e+2", 100),
        ("4e-6", 4e-6),
    ])
    func numbersHaveTheUsualForms(text: String, value: Double) throws {
        #expect(try OptionReader(yaml: "x: \(text)").number("x", in: -1e9...1e9, means: "test") == value)
    }

    @Test(arguments: ["nan", ".nan", ".inf", "-.inf", "infinity", "1e999", "0x1p3", "1,5", "1 2", "e", "1e", "'1'"])
    func nothingElseIsANumber(text: String) throws {
        let options = try OptionReader(yaml: "x: \(text)")
        #expect(throws: ConfigurationError.self) {
            try options.number("x", in: -.infinity ... .infinity, means: "test")
        }
    }

    @Test(arguments: [
        ("true", true), ("yes", true), ("On", true), ("TRUE", true), ("false", false), ("No", false), ("off", false),
    ])
    func booleansHaveTheUsualForms(text: String, value: Bool) throws {
        #expect(try OptionReader(yaml: "b: \(text)").boolean("b", means: "test") == value)
    }

    @Test(arguments: ["null", "~", "", "Null"])
    func nullMeansAbsent(text: String) throws {
        let options = try OptionReader(yaml: "k: \(text)")
        #expect(try options.integer("k", default: 7, in: 1...9, means: "test") == 7)
        #expect(try options.optionalNumber("k", in: 1...9, means: "test") == nil)
        #expect(try options.optionalNumbers("k", means: "test") == nil)
        #expect(try options.optionalString("k", means: "test") == nil)
        #expect(try options.boolean("k", default: true, means: "test"))
        #expect(try options.layers("k", means: "test").isEmpty)
        #expect(throws: ConfigurationError.self) { try options.integer("k", in: 1...9, means: "test") }
    }

    @Test(arguments: [("same", IntegerOrWord<PaddingWord>.word(.same)), ("2", .integer(2)), ("null", .word(.valid))])
    func paddingIsANumberOrAWord(text: String, value: IntegerOrWord<PaddingWord>) throws {
        let options = try OptionReader(yaml: "padding: \(text)")
        let padding = try options.integerOrWord(
            "padding",
            default: IntegerOrWord<PaddingWord>.word(.valid),
            in: 0...9,
            means: "test"
        )
        #expect(padding == value)
    }

    @Test(arguments: [
        ("sane", "needs an integer in 0 ... 9, same or valid, found 'sane'; did you mean 'same'?"),
        ("10", "needs an integer in 0 ... 9, found 10"),
        ("[1]", "needs an integer in 0 ... 9, same or valid, found a list"),
    ])
    func otherValuesOfPaddingAreRefused(text: String, message: String) throws {
        let options = try OptionReader(yaml: "padding: \(text)")
        let error = #expect(throws: ConfigurationError.self) {
            let _: IntegerOrWord<PaddingWord> = try options.integerOrWord("padding", in: 0...9, means: "test")
        }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    @Test func finishRefusesKeysThatWereNotRead() throws {
        let options = try OptionReader(yaml: "kernel: 3\nstrid: 2")
        _ = try options.integer("kernel", in: 1...9, means: "test")
        _ = try options.integer("stride", default: 1, in: 1...9, means: "test")
        let error = #expect(throws: ConfigurationError.self) { try options.finish() }
        #expect(error?.line == 2)
        #expect(error?.keyPath == "strid")
        #expect(error?.hint == "did you mean 'stride'? (valid: kernel, stride)")
    }

    @Test(arguments: [
        ("{kernel: 3, channels: 8}", "yaml:1: channels: unknown key; did you mean 'outputChannels', which is missing?"),
        (
            "{kernel: 3, filters: 8}",
            "outputChannels: missing; it needs an integer of at least 1; found beside it: kernel, filters"
        ),
    ])
    func aMissingRequiredKeySuggestsAMisspeltOne(yaml: String, message: String) throws {
        let options = try OptionReader(yaml: yaml)
        let error = #expect(throws: ConfigurationError.self) {
            try options.integer("outputChannels", in: 1 ... .max, means: "test")
        }
        #expect(error?.description.hasSuffix(message) == true, "\(String(describing: error))")
    }

    @Test func layersKnowTheirLineAndKeyPath() throws {
        let yaml = "network:\n  layers:\n  - relu\n  - residual:\n      body:\n      - conv2b: {kernel: 3}\n"
        let residual = try Configuration(yaml: yaml, file: "t.yaml").network.layers[1]
        let inner = try residual.options.layers("body", means: "test")[0]
        #expect(inner.kind == "conv2b")
        #expect(
            inner.unknownKind(valid: ["linear", "conv2d"]).description
                == "t.yaml:6: network.layers[1].residual.body[0].conv2b: unknown layer 'conv2b'; "
                + "did you mean 'conv2d'? (valid: conv2d, linear)"
        )
        #expect(
            inner.options.error("kernel", "is larger than the image").description
                == "t.yaml:6: network.layers[1].residual.body[0].conv2b.kernel: is larger than the image"
        )
        #expect(residual.error("doesn't fit").description == "t.yaml:4: network.layers[1].residual: doesn't fit")
    }

    @Test func sectionsAndLayersAreReadOnce() throws {
        let options = try OptionReader(yaml: "s: {a: 1}\nl: [relu]")
        #expect(try options.section("s", means: "test") === options.section("s", means: "test"))
        #expect(try options.layers("l", means: "test")[0].options === options.layers("l", means: "test")[0].options)
    }
}

/// The words for the padding of a convolution.
enum PaddingWord: String, CaseIterable {
    case same, valid
}

/// The word for the number of a last layer's outputs.
enum OutputWord: String, CaseIterable {
    case classes
}
