using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Synic.Contracts;
using Synic.Contracts.Filters;

namespace Synic.Daemon.Api;

/// <summary>The OpenAPI 3.1 document: the bearer scheme, and that every route can answer with a problem document.</summary>
internal static class OpenApiSetup
{
    private const string Scheme = "bearer";

    // What is the same wherever it occurs.
    private static readonly Dictionary<string, (string Description, string Example)> s_parameters = new()
    {
        ["partition"] = ("Name of a partition.", "\"demo\""),
        ["connection"] = ("A connection id, decimal or `0x…`.", "\"0x1000\""),
        ["Last-Event-ID"] = ("For a stream: the `id` of the last event that was received, to go on behind it.", "\"4096\""),
        ["top"] = ("1 to 200: so many of the busiest by themselves; default 40.", "10"),
        ["fault"] = ("Id of a fault rule.", "\"receiver-full\""),
        ["scenario"] = ("Name of a scenario.", "\"receiver-full\""),
        ["name"] = ("Of the set; default: the partition's.", "\"before-the-release\""),
        ["ids"] = ("Ids of rules, separated by commas; without it all.", "\"receiver-full\""),
        ["arm"] = ("True arms all rules of the set, false none; without it each rule says so itself.", "false"),
        ["replace"] = ("True: rules of the same ids are replaced; without it they are in the way.", "true"),
        ["dryRun"] = ("True: everything is checked, nothing is changed.", "true"),
        ["reason"] = ("Why, instead of the rules' own.", "\"see the retry\""),
        ["seed"] = ("64 bits for all rules, instead of their own.", "\"0x2a\""),
        ["recording"] = ("Id of a recording.", "\"r1\""),
        ["dialect"] = ("Instead of the recorded one: `openvmm`, `tlfs` or `qemu`.", "\"tlfs\""),
        ["vp"] = ("Index of a VP, from 0.", "\"0\""),
        ["sint"] = ("A SINT, 0 to 15.", "\"2\""),
        ["id"] = ("`id` of a guest port.", "\"1\""),
        ["operation"] = ("`post` or `signal`.", "\"post\""),
        ["vtl"] = ("VTL of the caller, or of the SynIC that is sent to: 0 to 2; default 0.", "\"0\""),
        ["size"] = ("Bytes of the message's payload; default 0.", "\"240\""),
        ["type"] = ("The message type, decimal or `0x…`; default 1.", "\"1\""),
        ["flag"] = ("The event flag; default 0.", "\"0\""),
        ["If-Match"] = ("The `ETag` of the version that is changed.", "\"*\""),
        ["code"] = ("`code` of a problem document.", "\"port_not_found\""),
        ["limit"] = ("1 to 1000; default 100.", "100"),
        ["cursor"] = ("`next` of the page before.", "\"eyJMaXN0…\""),
        ["sort"] = (
            "Columns separated by commas, `-` for descending: connection, kind, owner, minimumVtl, since, calls, bytes, failures, "
            + "callsPerSecond, failuresPerSecond, lastActivity, fastPath, monitorId, generation, and the statuses invalid_connection_id, operation_denied, "
            + "insufficient_buffers, operation_failed. Equal rows are in the order of connection ids.",
            "\"-failures,owner\""),
        ["filter"] = (
            "Terms joined by spaces, which must all hold: `key:value`, `key:a,b` (either), `-key:value` (not), `key:>5`, `key:1..9`, `owner:vm*`, `owner:=exactly`, "
            + "\"quoted text\", or a bare word. Keys of ports: " + string.Join(", ", PortFilters.Table.Keys.Select(static k => k.Name))
            + "; of events: " + string.Join(", ", EventFilters.Table.Keys.Select(static k => k.Name)) + ".",
            "\"kind:event failures:>0 -owner:vmbus\""),
        ["fields"] = ("Members of each row, separated by commas, in this order; without it all.", "\"connectionText,owner,failures\""),
        ["format"] = ("`json` or `csv`; without it the header `Accept` decides.", "\"json\""),
        ["includeDeparted"] = ("True: the last ports that went as well; `departed` says when and why.", "true"),
        ["generation"] = ("`generation` of a port.", "\"17\""),
        ["kind"] = ("`message` or `event`.", "\"event\""),
        ["owner"] = ("Exactly this owner.", "\"api\""),
        ["path"] = ("Names with slashes between them; without it the root, or everything.", "\"synic_ports/ports\""),
        ["depth"] = ("Levels of directories to open below the path, 0 to 4096; default 2.", "2"),
        ["timeoutMs"] = ("1 to 30000; default 1000. The answer comes then, with what there is.", "1000"),
        ["sensitivity"] = (
            "`safe`, `unspecified` (default) or `sensitive`: what may be seen at most. Without the right `payload` sensitive nodes stay hidden; "
            + "directories say how many are.",
            "\"unspecified\""),
        ["after"] = ("Of a tree: `nextAfter` of the page before, of the path's own directory. Of events: a `seq`, to see only those behind it.", "\"4711\""),
        ["compat"] = ("`openvmm`: keys as OpenVMM's inspect spells them, connection ids in decimal.", "\"openvmm\""),
        ["periodMs"] = ("Between two readings, 250 to 60000; default 1000.", "1000"),
        ["snapshot"] = ("`id` of a snapshot.", "\"1\""),
        ["other"] = ("`id` of another snapshot, or `now`.", "\"now\""),
        ["raiseOnStatus"] = ("True: a refused hypercall is answered with 409 `hypercall_refused` instead of 200.", "false"),
    };

    public static void AddDescription(this IServiceCollection services) =>
        services.AddOpenApi("v1", static options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddDocumentTransformer(DescribeDocument);
            options.AddOperationTransformer(DescribeOperationAsync);
            options.AddDocumentTransformer(static (document, _, _) =>
            {
                ApiExamples.Add(document); // last: it looks at all the others made
                return Task.CompletedTask;
            });
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
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<AlsoEvents>().FirstOrDefault() is { } events
            && operation.Responses["200"].Content is { } content)
        {
            var record = await context.GetOrCreateSchemaAsync(events.Record, null, cancellation).ConfigureAwait(false);
            context.Document!.AddComponent(events.Record.Name, record);
            content[SerialStream.ContentType] = new() { Schema = new OpenApiSchemaReference(events.Record.Name, context.Document) };
            if (events.Lines)
            {
                content[EventStream.LinesType] = new() { Schema = new OpenApiSchemaReference(events.Record.Name, context.Document) };
            }
        }

        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<AlsoCsv>().Any() && operation.Responses["200"].Content is { } table)
        {
            table["text/csv"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        }

        DescribeHeaders(operation, context.Description.ActionDescriptor.EndpointMetadata);
        foreach (var parameter in operation.Parameters ?? [])
        {
            if (parameter is OpenApiParameter own && s_parameters.TryGetValue(own.Name ?? "", out var described))
            {
                own.Description ??= described.Description;
                own.Example ??= JsonNode.Parse(described.Example);
            }
        }

        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().Any())
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] }];
        }
    }

    private static void DescribeHeaders(OpenApiOperation operation, IList<object> metadata)
    {
        operation.Deprecated = metadata.OfType<Deprecation>().Any();
        if (metadata.OfType<HasETag>().Any())
        {
            operation.Responses!["304"] = new OpenApiResponse { Description = "Not changed since the version in `If-None-Match`." };
            AddHeader("If-None-Match", "The `ETag` of an answer before: the same again is answered with 304.", "\"\\\"0f3a\\\"\"");
        }

        if (metadata.OfType<IdempotentRoute>().Any())
        {
            AddHeader(
                IdempotencyKeys.Header, "1 to 128 characters of your choice: sent again with the same body, the first answer comes again and nothing is made twice. Kept for 24 hours.", "\"5b1c\"");
        }

        void AddHeader(string name, string description, string example) => (operation.Parameters ??= []).Add(new OpenApiParameter
        {
            Name = name,
            In = ParameterLocation.Header,
            Description = description,
            Example = JsonNode.Parse(example),
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
    }
}

/// <summary>Marks a list that is also sent as comma-separated values.</summary>
internal sealed record AlsoCsv;

/// <summary>Marks a route that answers with events instead when asked to.</summary>
/// <param name="Record">Of each event.</param>
/// <param name="Lines">Also as one JSON document in each line.</param>
internal sealed record AlsoEvents(Type Record, bool Lines = false);
