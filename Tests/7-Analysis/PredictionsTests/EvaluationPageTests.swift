import Foundation
import Predictions
import Reports
import Testing

@Suite(.timeLimit(.minutes(10))) struct EvaluationPageTests {
    @Test func thePageShowsEveryPart() {
        let page = EvaluationPage(
            TestAnswersTests.answers,
            name: "runs/pets",
            mistakes: [],
            evidenceMethod: "Grad-CAM"
        ).html()
        #expect(page.contains("42.9 % of the 7 test images are recognized (95 % interval 15.8 to 75.0 %)."))
        #expect(page.contains("The most frequent mistake is cat taken for dog: 1 image."))
        for id in ["confusion", "classes", "mistakes", "calibration"] { #expect(page.contains("id=\"\(id)\"")) }
        #expect(page.contains("title=\"cat taken for dog: 33.3 %\""))
        #expect(page.components(separatedBy: "<svg").count - 1 == 3)
        #expect(
            page.contains("<td>2</td><td>cat</td><td>dog</td><td>90.0 %</td>"),
            "a table where there are no pictures"
        )
        #expect(!page.contains("http") && !page.contains("<script") && !page.contains("<link"))
    }

    @Test func namesOfClassesAndRunsAreEscaped() {
        let name = "<script>alert(\"x\")</script>&'"
        let answers = TestAnswers(
            classNames: [name, "b"],
            images: [TestAnswers.Answer(index: 0, label: 0, answer: 1, probability: 1)],
            lossSum: 0
        )
        let page = EvaluationPage(answers, name: "runs/\(name)", mistakes: [], evidenceMethod: name).html()
        #expect(!page.contains("<script"))
        #expect(page.contains("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;'"))
    }

    @Test func aHundredClassesAreAListInsteadOfAMatrix() {
        let answers = TestAnswers(
            classNames: (0..<100).map { "class-\($0)" },
            images: (0..<100).map { TestAnswers.Answer(index: $0, label: $0, answer: $0 / 2, probability: 0.5) },
            lossSum: 1
        )
        let page = EvaluationPage(answers, name: "run", mistakes: [], evidenceMethod: "").html()
        #expect(!page.contains("class=\"matrix\""))
        #expect(page.contains("Shown are the 40 least recognized of 100."))
    }
}
