using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Synic.Benchmarks;

/// <summary>The seed's design in Rust: builds the library where cargo is present, and loads it.</summary>
internal sealed unsafe class RustSeed
{
    private readonly delegate* unmanaged<uint*, nuint, uint, byte, nint> _create;
    private readonly delegate* unmanaged<nint, uint*, nuint, nuint, nuint> _signal;
    private readonly delegate* unmanaged<nint, uint*, nuint, byte*, nuint, nuint> _post;
    private readonly delegate* unmanaged<nint, void> _destroy;

    private RustSeed(nint library)
    {
        _create = (delegate* unmanaged<uint*, nuint, uint, byte, nint>)NativeLibrary.GetExport(library, "seed_create");
        _signal = (delegate* unmanaged<nint, uint*, nuint, nuint, nuint>)NativeLibrary.GetExport(library, "seed_signal");
        _post = (delegate* unmanaged<nint, uint*, nuint, byte*, nuint, nuint>)NativeLibrary.GetExport(library, "seed_post");
        _destroy = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(library, "seed_destroy");
    }

    /// <param name="reason">Why there is none.</param>
    public static RustSeed? TryLoad(out string reason)
    {
        var source = Path.Combine(AppContext.BaseDirectory, "seed-rust");
        var artifacts = Path.Combine(source, "artifacts");
        try
        {
            using var cargo = Process.Start(new ProcessStartInfo("cargo",
                ["build", "--release", "--offline", "--quiet", "--manifest-path", Path.Combine(source, "Cargo.toml"), "--target-dir", artifacts])
            {
                RedirectStandardError = true,
            })!;
            var errors = cargo.StandardError.ReadToEnd();
            cargo.WaitForExit();
            if (cargo.ExitCode != 0)
            {
                reason = $"cargo build failed: {errors.Trim()}";
                return null;
            }
        }
        catch (Win32Exception)
        {
            reason = "cargo is not installed";
            return null;
        }

        var name = OperatingSystem.IsWindows() ? "seed.dll" : OperatingSystem.IsMacOS() ? "libseed.dylib" : "libseed.so";
        reason = "";
        return new RustSeed(NativeLibrary.Load(Path.Combine(artifacts, "release", name)));
    }

    public DispatchSide Fill(Workload work) => new Side(this, work);

    private sealed class Side : DispatchSide
    {
        private readonly RustSeed _library;
        private readonly Workload _work;
        private nint _seed;

        public Side(RustSeed library, Workload work)
            : base("seed Rust")
        {
            _library = library;
            _work = work;
            var kind = work.Operation switch { Operation.SignalAtomic => 1u, Operation.CopyPost => 2u, _ => 0u };
            fixed (uint* ids = work.Ports)
            {
                _seed = library._create(ids, (nuint)work.Ports.Length, kind, work.MinimumVtl);
            }
        }

        public override int Run(int thread, int calls)
        {
            fixed (uint* order = _work.Order)
            {
                var length = (nuint)_work.Order.Length;
                return (int)(_work.IsPost
                    ? _library._post(_seed, order, length, _work.Guest, (nuint)calls)
                    : _library._signal(_seed, order, length, (nuint)calls));
            }
        }

        public override void Dispose()
        {
            if (_seed != 0)
            {
                _library._destroy(_seed);
                _seed = 0;
            }
        }
    }
}
