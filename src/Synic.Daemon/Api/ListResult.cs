using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Synic.Contracts;

namespace Synic.Daemon.Api;

/// <summary>A page of a list, as JSON with all or some members of each row, or as comma-separated values.</summary>
internal sealed class ListResult<T>(ListPage<T> page) : IResult, IStatusCodeHttpResult, IEndpointMetadataProvider
{
    public int? StatusCode => StatusCodes.Status200OK;

    public FieldSelection? Fields { get; init; }

    /// <summary>Null: JSON.</summary>
    public Csv<T>? Csv { get; init; }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(ListPage<T>), ["application/json"]));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.Vary = "Accept";
        if (Csv is { } csv)
        {
            if (page.Next is { } next)
            {
                httpContext.Response.Headers.Link = $"<{NextPath(httpContext.Request, next)}>; rel=\"next\"";
            }

            return TypedResults.Text(csv.Write(page.Items, Fields?.Names), Csv<T>.ContentType + "; charset=utf-8; header=present").ExecuteAsync(httpContext);
        }

        return Fields is { } fields
            ? TypedResults.Ok(new ListPage<object>([.. page.Items.Select(fields.Select)], page.Next, page.Total, page.AsOf)).ExecuteAsync(httpContext)
            : TypedResults.Ok(page).ExecuteAsync(httpContext);
    }

    private static string NextPath(HttpRequest request, string cursor)
    {
        var query = request.Query.Where(static q => q.Key != "cursor")
            .SelectMany(static q => q.Value.Select(v => KeyValuePair.Create(q.Key, v)))
            .Append(KeyValuePair.Create<string, string?>("cursor", cursor));
        return request.PathBase + request.Path + QueryString.Create(query);
    }
}

/// <summary>Which way of writing a list the caller wants.</summary>
internal static class ListFormat
{
    /// <param name="request">Its Accept header decides when the parameter does not.</param>
    /// <param name="format">json or csv.</param>
    /// <param name="csv">Comma-separated values.</param>
    /// <param name="problem">There is no such format.</param>
    public static bool TryRead(HttpRequest request, string? format, out bool csv, [NotNullWhen(false)] out ApiProblem? problem)
    {
        csv = format == "csv" || (format is null && PrefersCsv(request));
        problem = format is null or "csv" or "json" ? null : ApiProblem.Field("format", $"is json or csv, not '{format}'");
        return problem is null;
    }

    private static bool PrefersCsv(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept.OrderByDescending(static a => a.Quality ?? 1);
        return accepted.FirstOrDefault(static a => a.MediaType.Value is "text/csv" or "application/json" or "*/*" or "application/*")?.MediaType == "text/csv";
    }
}
