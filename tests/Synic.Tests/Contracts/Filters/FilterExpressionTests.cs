using Synic.Contracts.Filters;

namespace Synic.Tests.Contracts.Filters;

public sealed class FilterExpressionTests
{
    [Theory]
    [InlineData("owner:\"my", "unclosed_quote", 0, "The quote at position 7 is not closed.")]
    [InlineData("echo \"", "unclosed_quote", 5, "The quote at position 6 is not closed.")]
    [InlineData("\"ends with \\\"", "unclosed_quote", 0, "The quote at position 1 is not closed.")]
    [InlineData("kind:", "missing_value", 0, "“kind:” at position 1 needs a value.")]
    [InlineData("a -kind:,,", "missing_value", 2, "“kind:” at position 3 needs a value.")]
    [InlineData("rate:>", "missing_value", 5, "“>” at position 6 needs a value.")]
    [InlineData("rate:>=,5", "missing_value", 5, "“>=” at position 6 needs a value.")]
    [InlineData("own\"er", "misplaced_quote", 3, "A quote stands round a whole value, not inside one (position 4).")]
    [InlineData("owner:\"a\"b", "misplaced_quote", 9, "After a closing quote comes a blank or a comma, not “b” (position 10).")]
    public void Parse_WrongSpelling_SaysWhatAndWhere(string text, string code, int position, string message)
    {
        var error = Assert.Single(FilterExpression.Parse(text).Errors);

        Assert.Equal((code, position, message), (error.Code, error.Position, error.Message));
    }

    [Fact]
    public void Parse_WrongTermsAmongOthers_KeepsTheOthers()
    {
        var filter = FilterExpression.Parse("kind: echo own\"er vtl:1 \"open");

        Assert.Equal("echo vtl:1", filter.ToString());
        Assert.Equal(["missing_value", "misplaced_quote", "unclosed_quote"], filter.Errors.Select(e => e.Code));
    }

    [Theory]
    [InlineData(FilterExpression.MaxLength, 0)]
    [InlineData(FilterExpression.MaxLength + 1, 1)]
    [InlineData(10_000_000, 1)]
    public void Parse_LongText_IsReadUpToTheLimit(int length, int errors)
    {
        var filter = FilterExpression.Parse(new string('x', length));

        Assert.Equal(errors, filter.Errors.Count(e => e.Code == FilterError.TooLong));
        Assert.Equal(1 - errors, filter.Terms.Count);
    }

    [Fact]
    public void Parse_TooManyTermsOrValues_IsRefusedThere()
    {
        var terms = FilterExpression.Parse(string.Join(' ', Enumerable.Repeat("a", FilterExpression.MaxTerms + 1)));
        var values = FilterExpression.Parse("conn:" + string.Join(',', Enumerable.Repeat("1", FilterExpression.MaxValues + 1)));

        Assert.Equal((FilterExpression.MaxTerms, 2 * FilterExpression.MaxTerms), (terms.Terms.Count, Assert.Single(terms.Errors).Position));
        Assert.Empty(values.Terms);
        Assert.Equal(FilterError.TooLong, Assert.Single(values.Errors).Code);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData(" \t\r\n ", "")]
    [InlineData(",,,", "")]
    [InlineData("-", "-")]
    [InlineData("  KIND:Event   -owner:VmBus ", "kind:Event -owner:VmBus")]
    [InlineData("conn:0x2000..0x27ff,,5", "conn:0x2000..0x27ff,5")]
    [InlineData("conn:..5 conn:5..", "conn:..5 conn:5..")]
    [InlineData("rate:>=0.5 rate:<5,=7", "rate:>=0.5 rate:<5,=7")]
    [InlineData("-\"two words\"", "-\"two words\"")]
    [InlineData("owner:=\"a, b\",vm*", "owner:=\"a, b\",vm*")]
    [InlineData("\"kind:event\"", "\"kind:event\"")]
    [InlineData("\"say \\\"hi\\\" \\\\ now\"", "\"say \\\"hi\\\" \\\\ now\"")]
    [InlineData("owner:\"\"", "owner:\"\"")]
    [InlineData("a,kind:b", "a,kind:b")]
    public void ToString_OfAParsedFilter_ReadsTheSameAgain(string text, string expected)
    {
        var filter = FilterExpression.Parse(text);
        var again = FilterExpression.Parse(filter.ToString());

        Assert.Empty(filter.Errors);
        Assert.Equal(expected, filter.ToString());
        Assert.Equal(expected, again.ToString());
        Assert.Equal(filter.Terms.SelectMany(t => t.Values).Select(v => (v.Kind, v.Text)), again.Terms.SelectMany(t => t.Values).Select(v => (v.Kind, v.Text)));
    }

    [Fact]
    public void Parse_EachSpelling_IsTheKindItLooksLike()
    {
        var filter = FilterExpression.Parse("  -k:word,\"a*b\",a*b,>5,1..9,=x..y");
        var term = Assert.Single(filter.Terms);

        Assert.Equal(("k", true, 2, 31), (term.Key, term.Negated, term.Position, term.Length));
        Assert.Equal(
            [FilterValueKind.Plain, FilterValueKind.Quoted, FilterValueKind.Glob, FilterValueKind.Comparison, FilterValueKind.Range, FilterValueKind.Comparison],
            term.Values.Select(v => v.Kind));
        Assert.Equal([5, 10, 16, 20, 23, 28], term.Values.Select(v => v.Position));
        Assert.Equal(("1", "9", ">"), (term.Values[4].From, term.Values[4].To, term.Values[3].Operator));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("two words, and \"quotes\" \\ * .. -")]
    [InlineData("=")]
    [InlineData("-x")]
    [InlineData("")]
    public void Exactly_AnyText_SurvivesBeingWritten(string text)
    {
        var filter = FilterExpression.Of([FilterTerm.Exactly("owner", text, negated: true), FilterTerm.Exactly("kind", "event")]);

        Assert.Empty(filter.Errors);
        Assert.Equal(2, filter.Terms.Count);
        var value = Assert.Single(filter.Terms[0].Values);
        Assert.Equal((true, "owner", "=", text), (filter.Terms[0].Negated, filter.Terms[0].Key, value.Operator, value.Text));
    }

    [Fact]
    public void Parse_AnyJumbleOfItsOwnSigns_NeverThrowsAndReadsItsOwnText()
    {
        const string Signs = "ab:-,\"\\*.>=< \t0x1";
        var random = new Random(4);
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(24)).Select(_ => Signs[random.Next(Signs.Length)]));
            var filter = FilterExpression.Parse(text);
            var again = FilterExpression.Parse(filter.ToString());

            Assert.Empty(again.Errors);
            Assert.Equal(filter.ToString(), again.ToString());
            Assert.All(filter.Errors, e => Assert.InRange(e.Position, 0, text.Length));
            Assert.All(filter.Terms, t => Assert.InRange(t.Position + t.Length, 1, text.Length));
        }
    }
}
