namespace Synic.Hv;

public enum SynicDialect
{
    OpenVmm,
    Tlfs,
    Qemu,
}
