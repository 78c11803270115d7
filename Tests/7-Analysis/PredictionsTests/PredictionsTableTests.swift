import Foundation
import Predictions
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct PredictionsTableTests {
    @Test func aRowHasTheAnswerAndProbabilities() {
        var table = PredictionsTable(classNames: ["cat", "say \"dog\", please"])
        table.add(index: 0, path: "a/b.png", label: 1, logits: [7, 7])
        table.add(index: 1, path: nil, label: nil, logits: [-200, 0])
        #expect(
            table.text == """
                index,path,label,answer,probability:cat,"probability:say ""dog"", please"\r
                0,a/b.png,"say ""dog"", please",cat,0.5,0.5\r
                1,,,"say ""dog"", please",0.0,1.0\r

                """
        )
    }

    @Test func logitsAreWrittenUnchanged() {
        var table = PredictionsTable(classNames: ["a", "b"], content: .logit)
        table.add(index: 3, path: nil, label: 0, logits: [9, -1.25, 3][1...])
        #expect(table.text == "index,path,label,answer,logit:a,logit:b\r\n3,,a,b,-1.25,3.0\r\n")
    }

    @Test func theFileIsWrittenCompletelyOrNotAtAll() throws {
        try withTemporaryFolder { folder in
            let table = PredictionsTable(classNames: ["a"])
            let blocked = folder + "/none/answers.csv"
            #expect(throws: PredictionsError.self) { try table.write(to: blocked) }
            try table.write(to: folder + "/answers.csv")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["answers.csv"])
        }
    }

    @Test func probabilitiesAddUpAndDoNotOverflow() {
        #expect(softmax([1000, 1000]) == [0.5, 0.5])
        let probabilities = softmax([0, Float(log(3.0))])
        #expect(abs(probabilities[1] - 0.75) < 1e-6)
        #expect(largest(of: [1, 3, 3, 2][1...]) == 0)
    }
}
