namespace MeshSecrets.Benchmarks.Measuring;

/// <summary>
/// Contenders by turns, so that what else the machine does meets all alike; of each the least counts, since noise only
/// ever adds.
/// </summary>
internal static class Contest
{
    internal static async Task<double[]> LeastAsync(int rounds, params Func<Task<double>>[] contenders)
    {
        double[] least = [.. contenders.Select(_ => double.MaxValue)];
        // One round more, of which the result is dropped: code is compiled and files are read for the first time.
        for (int round = 0; round <= rounds; round++)
        {
            for (int i = 0; i < contenders.Length; i++)
            {
                double cost = await contenders[i]();
                least[i] = round == 0 ? least[i] : Math.Min(least[i], cost);
            }
        }

        return least;
    }

    /// <summary>The middle of what each contender took, by turns: where others, as a server, do a part of the work.</summary>
    internal static async Task<double[]> MediansAsync(int rounds, params Func<Task<double>>[] contenders)
    {
        List<double>[] costs = [.. contenders.Select(_ => new List<double>())];
        for (int round = 0; round <= rounds; round++)
        {
            for (int i = 0; i < contenders.Length; i++)
            {
                double cost = await contenders[i]();
                if (round > 0)
                {
                    costs[i].Add(cost);
                }
            }
        }

        return [.. costs.Select(Median)];
    }

    internal static double Median(List<double> costs) => costs.Order().ElementAt(costs.Count / 2);
}
