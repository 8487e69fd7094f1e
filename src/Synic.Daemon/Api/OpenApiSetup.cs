using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Synic.Contracts;

namespace Synic.Daemon.Api;

/// <summary>The OpenAPI 3.1 document: the bearer scheme, and that every route can answer with a problem document.</summary>
internal static class OpenApiSetup
{
    private const string Scheme = "bearer";

    public static void AddDescription(this IServiceCollection services) =>
        services.AddOpenApi("v1", static options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddDocumentTransformer(DescribeDocument);
            options.AddOperationTransformer(DescribeOperationAsync);
        });

    private static Task DescribeDocument(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Synic",
            Version = "v1",
            Description = "Ports, SynICs and monitor pages of partitions; viewing needs nothing, changes need the start token and lab mode. "
                + "Ids are accepted in decimal and as 0x…. Within v1 members are only added: readers ignore what they do not know.",
        };
        document.Servers = [];
        document.AddComponent(Scheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = Scheme,
            Description = "The start token, which the daemon prints when it starts.",
        });
        return Task.CompletedTask;
    }

    private static async Task DescribeOperationAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var schema = await context.GetOrCreateSchemaAsync(typeof(ProblemDocument), null, cancellation).ConfigureAwait(false);
        context.Document!.AddComponent(nameof(ProblemDocument), schema);
        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "Refused; `code` says why.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(nameof(ProblemDocument), context.Document) },
            },
        };
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().Any())
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] }];
        }
    }
}
