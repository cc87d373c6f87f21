# The base of all cmdlets, by way of test cmdlets that do nothing but use it.
BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'MeshSecrets.psd1') -Force

    $references = @(
        (Join-Path $root 'bin/MeshSecrets.dll')
        (Join-Path $root 'bin/engine/MeshSecrets.Engine.dll')
        [psobject].Assembly.Location
        'System.Runtime', 'System.Threading', 'System.Threading.Thread', 'System.Collections', 'System.Linq', 'System.Collections.Concurrent'
    )
    # The warning (CS1701) is that the cmdlets were compiled against an older System.Management.Automation; all modules are.
    $types = Add-Type -PassThru -IgnoreWarnings -CompilerOptions '/nowarn:CS1701' -ReferencedAssemblies $references -TypeDefinition (Get-Content -Raw (Join-Path $PSScriptRoot 'MeshCmdlet.Probes.cs'))
    $probes = Import-Module -PassThru -Assembly $types[0].Assembly

    function New-ProbeShell([string] $Script) {
        $shell = [powershell]::Create([initialsessionstate]::CreateDefault2())
        $shell.AddScript("param(`$m) Import-Module -Assembly `$m; $Script").AddArgument($types[0].Assembly)
    }

    # Runs a script in a runspace of its own, stops it as soon as the probe says that its work runs, and tells how it went.
    function Stop-Probe([string] $Script) {
        [MeshSecrets.Probes.Signals]::Reset()
        $shell = New-ProbeShell $Script
        try {
            $running = $shell.BeginInvoke()
            [MeshSecrets.Probes.Signals]::Started.Wait([timespan]::FromSeconds(30)) | Should -BeTrue -Because 'the work must have started'
            $watch = [Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            [pscustomobject]@{
                Milliseconds = $watch.ElapsedMilliseconds
                State        = $shell.InvocationStateInfo.State
                WorkEnded    = [MeshSecrets.Probes.Signals]::Ended
                Errors       = $shell.Streams.Error.Count
            }
        }
        finally {
            $shell.Dispose()
        }
    }
}

AfterAll {
    Remove-Module $probes
}

Describe 'Asynchronous work' {
    It 'writes on the pipeline thread what the work says on the thread pool' {
        $all = Test-Speech -Verbose 3>&1 4>&1 2>&1
        $all | ForEach-Object { $_.GetType().Name } | Should -Be @('Int32', 'VerboseRecord', 'WarningRecord', 'ErrorRecord')
        "$($all[1]) $($all[2])" | Should -Be 'verbose warning'
    }

    It 'runs the work off the pipeline thread' {
        Test-WorkThread | Should -BeTrue
    }

    It 'streams items as they arrive, and nested work inside the loop' {
        Test-Stream -Count 5000 | Measure-Object -Sum | ForEach-Object Sum | Should -Be (5000 * 5001)
    }

    It 'stops the sequence when nobody wants more of it, and waits for its end' {
        [MeshSecrets.Probes.Signals]::Reset()
        Test-Stream -Count ([int]::MaxValue) | Select-Object -First 3 | Should -Be @(2, 4, 6)
        [MeshSecrets.Probes.Signals]::Ended | Should -BeTrue
    }

    It 'delivers the first items while the sequence still runs' {
        [MeshSecrets.Probes.Signals]::Reset()
        Test-Stream -Count ([int]::MaxValue) | ForEach-Object { [MeshSecrets.Probes.Signals]::Ended } | Select-Object -First 1 | Should -BeFalse
    }

    It 'lets the sequence run ahead a bounded way only' {
        [MeshSecrets.Probes.Signals]::Reset()
        $ahead = Test-Stream -Count 20000 | ForEach-Object { [MeshSecrets.Probes.Signals]::Produced - $_ / 2 } | Measure-Object -Maximum
        $ahead.Maximum | Should -BeLessOrEqual 1026
    }
}

Describe 'Ctrl-C' {
    It 'ends waiting work within a second and awaits its end' -ForEach @(
        @{ Script = 'Test-Wait' }
        @{ Script = 'Test-Stream -Count ([int]::MaxValue)' }
    ) {
        $stopped = Stop-Probe $Script
        $stopped.State | Should -Be 'Stopped'
        $stopped.WorkEnded | Should -BeTrue
        $stopped.Errors | Should -Be 0
        $stopped.Milliseconds | Should -BeLessThan 1000
    }

    It 'does not end before the work has, which may have something to finish, as a write has' {
        [MeshSecrets.Probes.Signals]::Reset()
        $shell = New-ProbeShell 'Test-Wait -Stubborn'
        try {
            $null = $shell.BeginInvoke()
            [MeshSecrets.Probes.Signals]::Started.Wait([timespan]::FromSeconds(30)) | Should -BeTrue -Because 'the work must have started'
            $stop = $shell.BeginStop($null, $null)
            [MeshSecrets.Probes.Signals]::Ending.Wait([timespan]::FromSeconds(30)) | Should -BeTrue -Because 'the work must have been told'
            $stop.AsyncWaitHandle.WaitOne(300) | Should -BeFalse -Because 'the work has not ended'
            [MeshSecrets.Probes.Signals]::MayEnd.Set()
            $shell.EndStop($stop)
            [MeshSecrets.Probes.Signals]::Ended | Should -BeTrue
            $shell.InvocationStateInfo.State | Should -Be 'Stopped'
        }
        finally {
            [MeshSecrets.Probes.Signals]::MayEnd.Set()
            $shell.Dispose()
        }
    }
}

Describe 'Errors' {
    It 'gives <Kind> the category <Category>, its id and its target' -ForEach @(
        @{ Kind = 'InvalidData'; Category = 'InvalidData' }
        @{ Kind = 'InvalidArgument'; Category = 'InvalidArgument' }
        @{ Kind = 'NotFound'; Category = 'ObjectNotFound' }
        @{ Kind = 'AlreadyExists'; Category = 'ResourceExists' }
        @{ Kind = 'Conflict'; Category = 'ResourceBusy' }
        @{ Kind = 'PermissionDenied'; Category = 'PermissionDenied' }
        @{ Kind = 'Authentication'; Category = 'AuthenticationError' }
        @{ Kind = 'WriteFailed'; Category = 'WriteError' }
        @{ Kind = 'ReadFailed'; Category = 'ReadError' }
        @{ Kind = 'LimitExceeded'; Category = 'LimitsExceeded' }
        @{ Kind = 'Unavailable'; Category = 'ResourceUnavailable' }
        @{ Kind = 'InvalidOperation'; Category = 'InvalidOperation' }
    ) {
        Test-Failure -Kind $Kind -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.Count | Should -Be 1
        $failure[0].CategoryInfo.Category | Should -Be $Category
        $failure[0].FullyQualifiedErrorId | Should -Be 'ProbeFailed,MeshSecrets.Probes.TestFailureCommand'
        $failure[0].TargetObject | Should -Be 'the target'
    }

    It 'leaves no kind of error without a category' {
        [Enum]::GetNames([MeshSecrets.Probes.TestFailureCommand].GetProperty('Kind').PropertyType).Count | Should -Be 12
    }

    It 'gives <Exception> the id <Id>' -ForEach @(
        @{ Exception = [IO.IOException]::new('x'); Id = 'ReadFailed' }
        @{ Exception = [IO.FileNotFoundException]::new('x'); Id = 'PathNotFound' }
        @{ Exception = [UnauthorizedAccessException]::new('x'); Id = 'AccessDenied' }
        @{ Exception = [Security.Cryptography.CryptographicException]::new('x'); Id = 'CryptographyFailed' }
    ) {
        Test-Failure -Exception $Exception -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -Be "$Id,MeshSecrets.Probes.TestFailureCommand"
    }

    It 'goes on with the next record' {
        1..3 | Test-Failure -ErrorVariable failure -ErrorAction SilentlyContinue | Should -Be @(1, 3)
        $failure.Count | Should -Be 1
    }

    It 'goes on with the next item of a record' {
        Test-Failure -InputObject 1, 2, 3 -ErrorVariable failure -ErrorAction SilentlyContinue | Should -Be @(1, 3)
        $failure[0].TargetObject | Should -Be 2
    }

    It 'ends the command if the beginning fails' {
        { Test-Failure -InBegin } | Should -Throw -ErrorId 'ProbeFailed,MeshSecrets.Probes.TestFailureCommand'
    }

    It 'hides no fault of the module' {
        { Test-Failure -Exception ([NullReferenceException]::new('a bug')) } | Should -Throw '*a bug*'
    }
}

Describe 'Paths' {
    BeforeAll {
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive 'paths')
        foreach ($name in 'a.pem', 'b.pem', '[c].pem') {
            $null = New-Item -ItemType File (Join-Path $folder.FullName $name)
        }
    }

    BeforeEach {
        Push-Location $folder.FullName
    }

    AfterEach {
        Pop-Location
    }

    It 'expands wildcards, relative to the location' {
        Test-Paths -Path '?.pem' | Split-Path -Leaf | Should -Be @('a.pem', 'b.pem')
    }

    It 'takes a literal path as it is' {
        Test-Paths -LiteralPath '[c].pem' | Should -Be (Join-Path $folder.FullName '[c].pem')
    }

    It 'resolves a PowerShell drive' {
        Test-Paths -Path 'TestDrive:/paths/a.pem' | Should -Be (Join-Path $folder.FullName 'a.pem')
    }

    It 'refuses <Arguments> with <Id>' -ForEach @(
        @{ Arguments = @{ Path = 'nothing.pem' }; Id = 'PathNotFound' }
        @{ Arguments = @{ Path = '*.none' }; Id = 'PathNotFound' }
        @{ Arguments = @{ LiteralPath = 'nothing.pem' }; Id = 'PathNotFound' }
        @{ Arguments = @{ Path = 'Env:PATH' }; Id = 'PathNotFileSystem' }
        @{ Arguments = @{ LiteralPath = 'Env:PATH' }; Id = 'PathNotFileSystem' }
        @{ Arguments = @{ Path = 'nodrive:x' }; Id = 'PathDriveUnknown' }
        @{ Arguments = @{ LiteralPath = 'nodrive:x' }; Id = 'PathDriveUnknown' }
    ) {
        Test-Paths @Arguments -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -Be "$Id,MeshSecrets.Probes.TestPathsCommand"
        $failure[0].TargetObject | Should -Be @($Arguments.Values)[0]
    }
}

Describe 'Progress' {
    BeforeAll {
        function Get-Bar([string] $Script) {
            $shell = New-ProbeShell $Script
            try {
                $null = $shell.Invoke()
                $shell.Streams.Error | Should -BeNullOrEmpty
                $shell.Streams.Progress | Where-Object Activity -EQ 'Working'
            }
            finally {
                $shell.Dispose()
            }
        }
    }

    It 'appears for long work, moves no more than four times a second, and goes away' {
        $bar = Get-Bar 'Test-Bar -Items 1001 -Milliseconds 10'
        $bar[0].StatusDescription | Should -Be '101 of 1001: item'
        $bar[0].PercentComplete | Should -Be 10
        $bar.Count | Should -Be (1 + (10000 - 1000) / 250 + 1)
        $bar[-1].RecordType | Should -Be 'Completed'
        $bar.ActivityId | Select-Object -Unique | Should -HaveCount 1
    }

    It 'stays away from short work' {
        Get-Bar 'Test-Bar -Items 100 -Milliseconds 10' | Should -BeNullOrEmpty
    }

    It 'goes away when the work fails' {
        (Get-Bar 'Test-Bar -Items 300 -Milliseconds 10 -Fail -ErrorAction Ignore')[-1].RecordType | Should -Be 'Completed'
    }
}
