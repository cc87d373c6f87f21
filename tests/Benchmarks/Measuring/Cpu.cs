using System.Diagnostics;

namespace MeshSecrets.Benchmarks.Measuring;

/// <summary>What work costs: user and system time of all threads of this process, so that collector and compiler count.</summary>
internal static class Cpu
{
    /// <summary>Microseconds for each of a number of operations.</summary>
    internal static double PerOperation(int count, Action<int> operation)
    {
        TimeSpan before = Start();
        for (int i = 0; i < count; i++)
        {
            operation(i);
        }

        return Since(before).TotalMicroseconds / count;
    }

    /// <summary>Microseconds for each of the operations that one piece of asynchronous work does.</summary>
    internal static async Task<double> PerOperationAsync(int count, Func<Task> work)
    {
        TimeSpan before = Start();
        await work();
        return Since(before).TotalMicroseconds / count;
    }

    /// <summary>Seconds on the clock.</summary>
    internal static async Task<double> WallSecondsAsync(Func<Task> work)
    {
        Start();
        long before = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(before).TotalSeconds;
    }

    internal static TimeSpan Since(TimeSpan before) => Environment.CpuUsage.TotalTime - before;

    /// <summary>What an earlier contender left on the heap is collected at nobody's cost.</summary>
    internal static TimeSpan Start()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Environment.CpuUsage.TotalTime;
    }
}
