using FsCheck;
using FsCheck.Fluent;
using MeshSecrets.Certificates;

namespace MeshSecrets.Tests.Certificates;

public sealed class DurationTests
{
    [Theory]
    [InlineData("24h", "1.00:00:00")]
    [InlineData("1h30m", "01:30:00")]
    [InlineData("1.5h", "01:30:00")]
    [InlineData(".5h", "00:30:00")]
    [InlineData("1.h", "01:00:00")]
    [InlineData("90s", "00:01:30")]
    [InlineData("1h1m1s", "01:01:01")]
    [InlineData("30m1h", "01:30:00")]
    [InlineData("8765h", "365.05:00:00")]
    [InlineData("1500ms", "00:00:01.5000000")]
    [InlineData("2us", "00:00:00.0000020")]
    [InlineData("2\u00B5s", "00:00:00.0000020")]
    [InlineData("2\u03BCs", "00:00:00.0000020")]
    [InlineData("300ns", "00:00:00.0000003")]
    [InlineData("90d", "90.00:00:00")]
    [InlineData("1d12h", "1.12:00:00")]
    [InlineData(" 24h ", "1.00:00:00")]
    [InlineData("P90D", "90.00:00:00")]
    [InlineData("PT24H", "1.00:00:00")]
    [InlineData("P2W", "14.00:00:00")]
    [InlineData("P1DT2H3M4.5S", "1.02:03:04.5000000")]
    [InlineData("p1dt12h", "1.12:00:00")]
    [InlineData("1.12:00:00", "1.12:00:00")]
    [InlineData("00:30:00", "00:30:00")]
    [InlineData("7:30", "07:30:00")]
    [InlineData("90.00:00:00", "90.00:00:00")]
    [InlineData("365000d", "365000.00:00:00")]
    public void Is_read(string text, string expected) =>
        Assert.Equal(expected, Duration.Parse(text).ToString("c"));

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("90")]
    [InlineData("24 h")]
    [InlineData("1h 30m")]
    [InlineData("24H")]
    [InlineData("-24h")]
    [InlineData("+24h")]
    [InlineData("h")]
    [InlineData(".h")]
    [InlineData("1y")]
    [InlineData("1w")]
    [InlineData("1,5h")]
    [InlineData("1e3s")]
    [InlineData("0s")]
    [InlineData("0h0m")]
    [InlineData("1ns")]
    [InlineData("365001d")]
    [InlineData("1000000000001s")]
    [InlineData("999999999999999999h")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1DT")]
    [InlineData("p1dt")]
    [InlineData("P1Y")]
    [InlineData("P6M")]
    [InlineData("P1.5D")]
    [InlineData("P-1D")]
    [InlineData("PT0S")]
    [InlineData("24:00:00")]
    [InlineData("1:2:3:4:5")]
    [InlineData("00:00:00")]
    [InlineData("-01:00:00")]
    [InlineData("10675199.00:00:00")]
    [InlineData("12:61:00")]
    [InlineData("a:b")]
    [InlineData("٢٤h")]
    public void Is_refused(string text)
    {
        MeshException error = Fails.With("DurationInvalid", () => Duration.Parse(text));
        Assert.Equal(MeshErrorKind.InvalidArgument, error.Kind);
    }

    [Theory]
    [InlineData("1.00:00:00", "24h")]
    [InlineData("2.00:00:00", "2d")]
    [InlineData("90.00:00:00", "90d")]
    [InlineData("1.12:00:00", "36h")]
    [InlineData("01:30:00", "1h30m")]
    [InlineData("00:00:45", "45s")]
    [InlineData("00:00:01.5000000", "1.5s")]
    [InlineData("00:01:00", "1m")]
    public void Is_written(string value, string expected) =>
        Assert.Equal(expected, Duration.Format(TimeSpan.Parse(value)));

    [Fact]
    public void What_is_written_is_read_as_the_same()
    {
        Gen<TimeSpan> spans =
            from days in Gen.Choose(0, 364_999)
            from seconds in Gen.OneOf(Gen.Constant(0), Gen.Choose(0, 86_399))
            from ticks in Gen.OneOf(Gen.Constant(0), Gen.Choose(0, 9_999_999))
            where days + seconds + ticks > 0
            select new TimeSpan(days, 0, 0, seconds).Add(TimeSpan.FromTicks(ticks));
        Prop.ForAll(spans.ToArbitrary(), value => Duration.Parse(Duration.Format(value)) == value)
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("-1.00:00:00")]
    [InlineData("365001.00:00:00")]
    public void A_span_that_is_no_text_is_held_to_the_same_bounds(string value) =>
        Fails.With("DurationInvalid", () => Duration.EnsureValid(TimeSpan.Parse(value)));
}
