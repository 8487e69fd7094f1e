using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Synic.Contracts;
using Synic.Hv;

namespace Synic.Daemon.Api;

/// <summary>A refusal, and the one place where refusals become documents.</summary>
internal sealed class ApiProblem(ProblemKind kind, string detail) : IResult, IStatusCodeHttpResult
{
    private const string ContentType = "application/problem+json";

    public ProblemKind Kind => kind;

    public int? StatusCode => kind.Status;

    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    public HvStatus? HvStatus { get; init; }

    public string? ConflictsWith { get; init; }

    /// <summary>From 1.</summary>
    public int? Position { get; init; }

    public string? Suggestion { get; init; }

    public string? Tombstone { get; init; }

    /// <summary>Also sent as the header Retry-After.</summary>
    public int? RetryAfterSeconds { get; init; }

    public int Status => kind.Status;

    public string Detail => detail;

    /// <summary>One field that is not what it has to be.</summary>
    public static ApiProblem Field(string field, string message) =>
        new(ProblemCodes.InvalidRequest, $"{field} {message}.") { Errors = new Dictionary<string, string[]> { [field] = [message] } };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = kind.Status;
        response.Headers.CacheControl = "no-store";
        if (RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        var document = Describe(
            httpContext.Request.PathBase + httpContext.Request.Path, Activity.Current?.TraceId.ToString() ?? httpContext.TraceIdentifier);
        var options = httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        return response.WriteAsJsonAsync(document, options, ContentType);
    }

    /// <summary>As it is sent.</summary>
    public ProblemDocument Describe(string instance, string traceId) => new()
    {
        Type = $"/problems/{kind.Code}",
        Title = kind.Title,
        Status = kind.Status,
        Detail = detail,
        Instance = instance,
        Code = kind.Code,
        TraceId = traceId,
        Errors = Errors,
        HvStatus = HvStatus is { } status ? new HvStatusValue($"0x{status.Value:x2}", status.Name) : null,
        ConflictsWith = ConflictsWith,
        Position = Position,
        Suggestion = Suggestion,
        Tombstone = Tombstone,
        RetryAfterSeconds = RetryAfterSeconds,
    };
}
