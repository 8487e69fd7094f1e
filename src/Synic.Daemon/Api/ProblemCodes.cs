namespace Synic.Daemon.Api;

/// <summary>A kind of refusal: its stable code, its HTTP status, and what a person can do about it.</summary>
/// <param name="Code">snake_case, for programs.</param>
/// <param name="Status">HTTP.</param>
/// <param name="Title">The same for every occurrence.</param>
/// <param name="Help">Served at <c>/problems/{code}</c>.</param>
internal sealed record ProblemKind(string Code, int Status, string Title, string Help);

/// <summary>Every kind of refusal there is.</summary>
internal static class ProblemCodes
{
    public static readonly ProblemKind InvalidRequest = new(
        "invalid_request", 400, "The request cannot be understood",
        "Something in the path, the query or the body is not what it has to be. The member 'errors' names each field. /openapi/v1.json describes all of them.");

    public static readonly ProblemKind InvalidFilter = new(
        "invalid_filter", 400, "The filter cannot be understood",
        "A filter is terms such as kind:event, -owner:vmbus, conn:0x2000..0x27ff, idle:>5m, joined by spaces; 'position' is the first wrong character, "
        + "counted from 1, and 'suggestion' what was probably meant. In a URL a space is %20 and > is %3E; curl --data-urlencode does that.");

    public static readonly ProblemKind InvalidCursor = new(
        "invalid_cursor", 400, "The cursor belongs to another list",
        "A cursor is only good for the list that gave it, with the same filters and order. Ask again without a cursor.");

    public static readonly ProblemKind InvalidPath = new(
        "invalid_path", 400, "This is no path of a tree",
        "A path is names with slashes between them: at most 4096 characters, none of them control characters.");

    public static readonly ProblemKind HostNotAllowed = new(
        "host_not_allowed", 400, "Unknown host name",
        "The daemon answers to localhost, 127.0.0.1, [::1] and the names in Synic:AllowedHosts, so that no other site's name can be made to point at it.");

    public static readonly ProblemKind NotAuthenticated = new(
        "not_authenticated", 401, "The start token is needed",
        "Send the header 'Authorization: Bearer TOKEN'. The daemon prints its token when it starts, and says in which file it is kept.");

    public static readonly ProblemKind LoginLinkUsed = new(
        "login_link_used", 401, "This login link is no longer good",
        "A login link works once. POST /api/v1/login-links with the start token gives a new one, and so does a restart.");

    public static readonly ProblemKind InjectionDisabled = new(
        "injection_disabled", 403, "This daemon only watches",
        "Making and removing ports, acting as the guest and injecting faults are possible on a daemon that was started with --lab.");

    public static readonly ProblemKind CrossOrigin = new(
        "cross_origin", 403, "The request comes from another site",
        "A browser sent it on behalf of a page that is not this daemon's. Only its own pages, and programs, may change things.");

    public static readonly ProblemKind PathNotFound = new(
        "path_not_found", 404, "There is nothing at this path",
        "GET /api/v1 lists where to go on, /openapi/v1.json describes every path.");

    public static readonly ProblemKind PartitionNotFound = new(
        "partition_not_found", 404, "No such partition",
        "GET /api/v1/partitions lists them.");

    public static readonly ProblemKind PortNotFound = new(
        "port_not_found", 404, "No such port",
        "Nothing is registered under the connection id now. GET /api/v1/partitions/{partition}/ports lists what is.");

    public static readonly ProblemKind PortDeparted = new(
        "port_departed", 410, "The port is gone",
        "It was registered under the connection id and is not any more. 'tombstone' is the path of what is left of it: when it went, and its last counters.");

    public static readonly ProblemKind GuestPortNotFound = new(
        "guest_port_not_found", 404, "No such guest port",
        "Guest ports come and go with what talks to the guest. GET /api/v1/partitions/{partition}/guest-ports lists them.");

    public static readonly ProblemKind VpNotFound = new(
        "vp_not_found", 404, "No such virtual processor",
        "VPs are counted from 0. GET /api/v1/partitions/{partition}/vps lists them.");

    public static readonly ProblemKind VmBusNotPresent = new(
        "vmbus_not_present", 404, "The partition has no VMBus",
        "Guests from files have one by default, others when Synic:Partitions:[]:VmBus:Enabled says so (--vmbus on). It takes effect at the next start.");

    public static readonly ProblemKind SnapshotNotFound = new(
        "snapshot_not_found", 404, "No such snapshot",
        "GET /api/v1/partitions/{partition}/snapshots lists them. They live as long as the daemon runs.");

    public static readonly ProblemKind RecordingNotFound = new(
        "recording_not_found", 404, "No such recording",
        "Recordings end with the daemon, or when they are deleted. GET /api/v1/partitions/{partition}/recordings lists them.");

    public static readonly ProblemKind FaultNotFound = new(
        "fault_not_found", 404, "No such fault rule",
        "GET /api/v1/partitions/{partition}/faults lists them. They end with the daemon, or when they are deleted.");

    public static readonly ProblemKind ScenarioNotFound = new(
        "scenario_not_found", 404, "No such scenario",
        "GET /api/v1/scenarios lists those that the daemon brings along. Rules of your own: POST /api/v1/partitions/{partition}/faults/import.");

    public static readonly ProblemKind FaultConflict = new(
        "fault_conflict", 409, "Another fault rule is in the way",
        "It has the same id, or is armed with the same priority and can mean the same calls; 'conflictsWith' is its path. "
        + "Give another id or priority, or say \"allowOverlap\": true.");

    public static readonly ProblemKind FaultState = new(
        "fault_state", 409, "The fault rule is in another state",
        "Only an armed rule can be paused, only one that is armed or paused can be stopped, and only an armed rule with leaseSeconds can be renewed. GET it to see its state.");

    public static readonly ProblemKind FaultLimit = new(
        "fault_limit", 409, "There are as many fault rules as there may be",
        "A partition has at most 256. DELETE /api/v1/partitions/{partition}/faults/{fault} makes room.");

    public static readonly ProblemKind KillSwitchEngaged = new(
        "kill_switch_engaged", 409, "The kill switch is engaged",
        "No fault rule can be made or armed until DELETE /api/v1/fault-kill-switch releases it. GET it to see who engaged it, and why.");

    public static readonly ProblemKind InvalidFault = new(
        "invalid_fault", 422, "The fault rule cannot be taken",
        "Nothing was changed. 'errors' has the path of each field that is wrong, and what is allowed there.");

    public static readonly ProblemKind AuditUnavailable = new(
        "audit_unavailable", 503, "It cannot be written down, so it was not done",
        "The audit file (Synic:AuditFile) cannot be written: look at its disk and its rights. If the last line about it says 'asked', nothing tells what became of it.");

    public static readonly ProblemKind MethodNotAllowed = new(
        "method_not_allowed", 405, "This path has other methods",
        "The header 'Allow' names them.");

    public static readonly ProblemKind ConnectionIdInUse = new(
        "connection_id_in_use", 409, "Another port has the connection id",
        "A connection id names one port of a partition. 'conflictsWith' is the port that has it.");

    public static readonly ProblemKind MonitorIdInUse = new(
        "monitor_id_in_use", 409, "Another port has the monitor id",
        "Of the 128 monitor ids each signals one port. GET /api/v1/partitions/{partition}/monitor-pages shows who has which.");

    public static readonly ProblemKind PortLimit = new(
        "port_limit", 409, "The partition is full",
        "It has as many ports as a partition can have. Remove some first.");

    public static readonly ProblemKind PortNotRemovable = new(
        "port_not_removable", 409, "The port was not made through the API",
        "Only ports that the API made can be removed by it: the others belong to the guest's host side or to the configuration.");

    public static readonly ProblemKind NodeImmutable = new(
        "node_immutable", 409, "The node cannot be changed",
        "Only fields with \"mutable\": true in the typed tree take a new value.");

    public static readonly ProblemKind TooManySnapshots = new(
        "too_many_snapshots", 409, "No more snapshots can be kept",
        "A partition keeps 32 snapshots and 64 MiB of them. DELETE one that is no longer needed; none is dropped by itself.");

    public static readonly ProblemKind BackendRefused = new(
        "backend_refused", 409, "The hypervisor refused",
        "Nothing was changed. 'detail' has the hypervisor's own reason.");

    public static readonly ProblemKind HypercallRefused = new(
        "hypercall_refused", 409, "The hypercall was refused",
        "This answer was asked for with raiseOnStatus=true. 'hvStatus' is what the guest would have seen; without the parameter the answer is 200 with the same status.");

    public static readonly ProblemKind TooManyRecordings = new(
        "too_many_recordings", 409, "There are as many recordings as there may be",
        "A recording takes memory until it is deleted: DELETE /api/v1/partitions/{partition}/recordings/{recording}.");

    public static readonly ProblemKind StaleVersion = new(
        "stale_version", 412, "Somebody changed it meanwhile",
        "'If-Match' names a version that is not the one now. GET it again, look at what changed, and send its new 'ETag'.");

    public static readonly ProblemKind VersionRequired = new(
        "version_required", 428, "Say which version you change",
        "GET it, and send the header 'ETag' of that answer as 'If-Match', so that nobody's change is undone unseen. 'If-Match: *' changes any version.");

    public static readonly ProblemKind IdempotencyMismatch = new(
        "idempotency_mismatch", 422, "The key was used for something else",
        "An Idempotency-Key stands for one request: sent again with the same body it gives the same answer, for 24 hours. Choose another key for another request.");

    public static readonly ProblemKind RateLimited = new(
        "rate_limited", 429, "Too many requests",
        "The header 'Retry-After' says in how many seconds to go on. Streams and watches cost less than asking again and again. Synic:RequestsPerSecond sets the limit.");

    public static readonly ProblemKind TooLarge = new(
        "too_large", 413, "The body is too large",
        "Bodies have at most 1 MiB, text for a serial port 4096 bytes.");

    public static readonly ProblemKind TooManyRows = new(
        "too_many_rows", 413, "The table would be too long",
        "Without 'limit' a CSV has at most 10000 rows. Filter more, or ask for pages with 'limit'; the header 'Link' leads to the next one.");

    public static readonly ProblemKind UnsupportedMediaType = new(
        "unsupported_media_type", 415, "The body has to be JSON",
        "Send the header 'Content-Type: application/json'; for a recording that is replayed, 'application/x-ndjson'.");

    public static readonly ProblemKind InvalidRecording = new(
        "invalid_recording", 422, "This is no recording",
        "A recording is one JSON document in each line, the first of them its header, as /content of a recording sends it. 'detail' names the line and what is wrong there.");

    public static readonly ProblemKind ValueRejected = new(
        "value_rejected", 422, "The node did not take the value",
        "Nothing was changed. 'errors' says what the node takes.");

    public static readonly ProblemKind NoSerialInput = new(
        "no_serial_input", 409, "The guest has no serial port",
        "Guests from files have one; the demo guest and a partition without a guest take no input.");

    public static readonly ProblemKind SerialInputFull = new(
        "serial_input_full", 429, "The guest does not read its serial port",
        "As much as can be typed ahead waits already. Try again when the guest has read some of it.");

    public static readonly ProblemKind TooManyStreams = new(
        "too_many_streams", 429, "Too many streams are open",
        "At most 32 at once for one caller, and 256 for all. Close one of them; events and serial output without 'Accept: text/event-stream' and P/inspect answer at once.");

    public static readonly ProblemKind InternalError = new(
        "internal_error", 500, "The daemon failed",
        "This is a defect. The daemon's log has the details under the same 'traceId'.");

    public static readonly ProblemKind BackendUnsupported = new(
        "backend_unsupported", 501, "The backend cannot do this",
        "GET /api/v1/partitions/{partition}/backend lists what it can do, and why it cannot do the rest.");

    public static readonly ProblemKind BackendDown = new(
        "backend_down", 503, "A backend gave up",
        "GET /api/v1/health names the partition and the reason.");

    public static readonly ProblemKind DeadlineExceeded = new(
        "deadline_exceeded", 504, "The node did not answer in time",
        "GET the node to see its value. A larger timeoutMs (up to 30000) waits longer.");

    public static IReadOnlyList<ProblemKind> All { get; } =
    [
        InvalidRequest, InvalidFilter, InvalidCursor, InvalidPath, HostNotAllowed, NotAuthenticated, LoginLinkUsed, InjectionDisabled, CrossOrigin,
        PathNotFound, PartitionNotFound, PortNotFound, PortDeparted, GuestPortNotFound, VpNotFound, VmBusNotPresent, RecordingNotFound, SnapshotNotFound, MethodNotAllowed,
        ConnectionIdInUse, MonitorIdInUse, PortLimit, PortNotRemovable, NodeImmutable, TooManySnapshots, BackendRefused, HypercallRefused, TooManyRecordings, StaleVersion, VersionRequired,
        IdempotencyMismatch, RateLimited,
        TooLarge, TooManyRows, UnsupportedMediaType, InvalidRecording, ValueRejected, NoSerialInput, SerialInputFull, TooManyStreams, InternalError,
        BackendUnsupported, BackendDown, DeadlineExceeded,
        FaultNotFound, ScenarioNotFound, FaultConflict, FaultState, FaultLimit, KillSwitchEngaged, InvalidFault, AuditUnavailable,
    ];

    /// <summary>For answers that the framework makes, which have a status only.</summary>
    public static ProblemKind Of(int status) => status switch
    {
        401 => NotAuthenticated,
        403 => CrossOrigin,
        404 => PathNotFound,
        405 => MethodNotAllowed,
        413 => TooLarge,
        415 => UnsupportedMediaType,
        >= 500 => InternalError,
        _ => InvalidRequest,
    };
}
