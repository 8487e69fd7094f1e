using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Synic.Inspection;

namespace Synic.Tests.Inspection;

public sealed class InspectUpdateTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly TestTree _tree;
    private int _value = 5;

    public InspectUpdateTests() => _tree = new TestTree(node =>
    {
        node.Child("dir", dir =>
        {
            dir.Mutable("value", _value, new InspectTraits { Range = "1 to 9", Effect = "for tests" }, Update);
            dir.Field("fixed", 1);
            dir.Mutable("throws", 1, default, _ => throw new InvalidOperationException("no"));
            dir.Mutable("secret", 1, new InspectTraits { Sensitivity = InspectSensitivity.Sensitive }, Update);
        });
    });

    [Theory]
    [InlineData("dir/fixed", "node_immutable")]
    [InlineData("dir", "node_immutable")]
    [InlineData("", "node_immutable")]
    [InlineData("dir/nobody", "path_not_found")]
    [InlineData("dir/value/x", "not_a_directory")]
    [InlineData("dir/throws", "provider_failed")]
    [InlineData("dir/secret", "path_not_found")]
    public async Task UpdateAsync_NothingToChange_SaysWhy(string path, string code)
    {
        var result = await Update(path, "7");

        Assert.Equal((code, false, null), (result.Code, result.Succeeded, result.New));
        Assert.Equal(5, _value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("10")]
    [InlineData("many")]
    public async Task UpdateAsync_ValueOutsideItsRange_IsRejectedWithTheRange(string value)
    {
        var result = await Update("dir/value", value);

        Assert.Equal(("value_rejected", null), (result.Code, result.New));
        Assert.Contains("1 to 9", result.Message, StringComparison.Ordinal);
        Assert.Equal(5, _value);
    }

    [Fact]
    public async Task UpdateAsync_GoodValue_AnswersOldAndNew()
    {
        var result = await Update("dir/value", "7");

        Assert.True(result.Succeeded);
        Assert.Equal((5, 7, 7), (result.Old!.Value, result.New!.Value, _value));
    }

    [Fact]
    public async Task UpdateAsync_NodeDoesNotAnswer_EndsAtTheDeadline()
    {
        using var release = new ManualResetEventSlim();
        using var inside = new ManualResetEventSlim();
        var tree = new TestTree(node => node.Mutable("slow", 1, default, _ =>
        {
            inside.Set();
            release.Wait();
            return InspectUpdate.Accepted(2);
        }));

        var updating = Inspector.UpdateAsync(
            tree, new InspectRequest { Path = InspectPath.Parse("slow"), Time = _time }, "2", TestContext.Current.CancellationToken);
        inside.Wait(TestContext.Current.CancellationToken);
        while (!updating.IsCompleted)
        {
            await Task.Yield();
            _time.Advance(InspectRequest.DefaultTimeout);
        }

        Assert.Equal(InspectUpdateResult.DeadlineExceeded, (await updating).Code);
        release.Set();
    }

    private Task<InspectUpdateResult> Update(string path, string value) => Inspector.UpdateAsync(
        _tree, new InspectRequest { Path = InspectPath.Parse(path) }, value, TestContext.Current.CancellationToken);

    private InspectUpdate Update(string text)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value is < 1 or > 9)
        {
            return InspectUpdate.Rejected($"'{text}' is not possible");
        }

        _value = value;
        return InspectUpdate.Accepted(value);
    }
}
