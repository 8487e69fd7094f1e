using System.Text.Json;
using System.Text.RegularExpressions;

namespace Synic.Daemon.Api;

/// <summary>Says in the API's words what a body or parameter has that it must not have.</summary>
internal static partial class BindingErrors
{
    private static readonly string[] s_missing = ["is missing"];

    public static ApiProblem Explain(BadHttpRequestException exception)
    {
        var kind = ProblemCodes.Of(exception.StatusCode);
        if (kind != ProblemCodes.InvalidRequest)
        {
            return new ApiProblem(kind, kind.Help);
        }

        if (exception.InnerException is JsonException json)
        {
            return ExplainJson(json);
        }

        if (Parameter().Match(exception.Message) is { Success: true } parameter)
        {
            return ApiProblem.Field(JsonNamingPolicy.CamelCase.ConvertName(parameter.Groups["name"].Value), $"cannot be '{parameter.Groups["value"].Value}'");
        }

        return exception.Message.Contains("body", StringComparison.OrdinalIgnoreCase)
            ? new ApiProblem(ProblemCodes.InvalidRequest, "A JSON body is needed; /openapi/v1.json describes it.")
            : new ApiProblem(ProblemCodes.InvalidRequest, exception.Message);
    }

    private static ApiProblem ExplainJson(JsonException json)
    {
        if (Missing().Match(json.Message) is { Success: true } missing)
        {
            var fields = QuotedName().Matches(missing.Groups["names"].Value).Select(static m => m.Groups["name"].Value).ToList();
            return new ApiProblem(ProblemCodes.InvalidRequest, $"The body lacks {string.Join(", ", fields)}.")
            {
                Errors = fields.ToDictionary(static f => f, static _ => s_missing),
            };
        }

        if (Unknown().Match(json.Message) is { Success: true } unknown)
        {
            var name = unknown.Groups["name"].Value;
            var place = json.Path is ['$', '.', .. var inner] ? inner : name;
            return ApiProblem.Field(
                place == name || place.EndsWith($".{name}", StringComparison.Ordinal) ? place : $"{place}.{name}",
                "is no member of this body; /openapi/v1.json lists them");
        }

        return json.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal)
            ? ApiProblem.Field(path[2..], "has a value of the wrong type or range")
            : new ApiProblem(ProblemCodes.InvalidRequest, $"The body is not valid JSON (line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}).");
    }

    [GeneratedRegex("""^Failed to bind parameter "\S+ (?<name>\w+)" from "(?<value>.*)"\.$""", RegexOptions.Singleline)]
    private static partial Regex Parameter();

    [GeneratedRegex("missing required properties including: (?<names>.*)", RegexOptions.Singleline)]
    private static partial Regex Missing();

    [GeneratedRegex("""^The JSON property '(?<name>[^']*)' could not be mapped""")]
    private static partial Regex Unknown();

    [GeneratedRegex("'(?<name>[^']+)'")]
    private static partial Regex QuotedName();
}
