namespace Synic.Diagnostics;

public sealed class GuestDeliveryCounters
{
}
