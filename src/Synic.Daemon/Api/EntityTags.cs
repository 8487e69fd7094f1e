using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Synic.Daemon.Api;

/// <summary>Strong entity tags: made of the bytes that are sent, so that they differ exactly when those do.</summary>
internal static class EntityTags
{
    /// <summary>Sends a tag with what the route answers, and 304 to who has it already.</summary>
    public static RouteHandlerBuilder WithETag(this RouteHandlerBuilder route) => route
        .AddEndpointFilter(static async (context, next) =>
        {
            var result = await next(context).ConfigureAwait(false);
            result = (result as INestedHttpResult)?.Result ?? result;
            return result is IValueHttpResult { Value: { } value } and IStatusCodeHttpResult { StatusCode: StatusCodes.Status200OK }
                ? new TaggedResult(value)
                : result;
        })
        .WithMetadata(new HasETag());

    public static string Of(object value, HttpContext context) => Of(Bytes(value, context));

    /// <summary>Whether the caller changes what it has seen.</summary>
    /// <param name="request">Its If-Match says what that was.</param>
    /// <param name="current">The tag now.</param>
    /// <param name="required">Without If-Match nothing is changed.</param>
    /// <param name="problem">What to answer instead.</param>
    public static bool TryMatch(HttpRequest request, string current, bool required, [NotNullWhen(false)] out ApiProblem? problem)
    {
        var wanted = request.GetTypedHeaders().IfMatch;
        problem = wanted.Count == 0 && request.Headers.IfMatch.Count > 0 ? ApiProblem.Field("If-Match", "is entity tags in double quotes, or *")
            : wanted.Count == 0 && required ? new ApiProblem(
                ProblemCodes.VersionRequired, $"GET {request.Path} first, and send its ETag as If-Match; it is {current} now.")
            : wanted.Count > 0 && !wanted.Any(t => t.Tag == "*" || (!t.IsWeak && t.Tag == current)) ? new ApiProblem(
                ProblemCodes.StaleVersion, $"Somebody changed {request.Path} since: it is {current} now, not {request.Headers.IfMatch}. GET it again.")
            : null;
        return problem is null;
    }

    private static byte[] Bytes(object value, HttpContext context) => JsonSerializer.SerializeToUtf8Bytes(
        value, value.GetType(), context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions);

    private static string Of(byte[] bytes) => $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 10))}\"";

    private sealed class TaggedResult(object value) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var bytes = Bytes(value, httpContext);
            var tag = Of(bytes);
            var response = httpContext.Response;
            response.Headers.ETag = tag;
            response.Headers.CacheControl = "no-cache"; // ask every time; mostly the answer is 304
            var known = httpContext.Request.GetTypedHeaders().IfNoneMatch;
            if (known.Any(k => k.Tag == "*" || k.Compare(new EntityTagHeaderValue(tag), useStrongComparison: false)))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }

            response.ContentType = "application/json; charset=utf-8";
            response.ContentLength = bytes.Length;
            return response.Body.WriteAsync(bytes, httpContext.RequestAborted).AsTask();
        }
    }
}

/// <summary>Marks a route whose answers have an entity tag.</summary>
internal sealed record HasETag;
