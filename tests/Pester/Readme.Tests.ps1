# README's sessions are run in a process of their own, and must give what README says they give.
BeforeDiscovery {
    $readme = Get-Content (Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'README.md') -Raw
    $links = [regex]::Matches($readme, '\]\((?!https?:)([^)#]+)\)').ForEach({ @{ Target = $_.Groups[1].Value } })
    $cmdlets = (Import-PowerShellDataFile (Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'MeshSecrets.psd1')).CmdletsToExport | ForEach-Object { @{ Name = $_ } }
}

BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    $pwsh = (Get-Process -Id $PID).Path
    Import-Module (Join-Path $root 'MeshSecrets.psd1')
    $readme = Get-Content (Join-Path $root 'README.md') -Raw
    $transcript = [regex]::Matches($readme, '(?ms)^```powershell\r?\n(PS> .*?)^```').ForEach({ $_.Groups[1].Value.ReplaceLineEndings("`n") })

    # Dates differ from run to run, and nothing else does.
    function Get-Comparable([string] $Text) {
        ($Text.ReplaceLineEndings("`n") -split "`n" | ForEach-Object { ($_ -replace '\d{4}-\d\d-\d\d \d\d:\d\d(:\d\dZ)?', 'date').TrimEnd() } | Where-Object { $_ }) -join "`n"
    }
}

Describe 'README' {
    It 'has sessions whose commands give what it says' -Skip:$IsWindows {
        $transcript.Count | Should -Be 2
        $script = Join-Path $TestDrive 'session.ps1'
        $lines = @(
            "Import-Module '$root/MeshSecrets.psd1'"
            "Set-Location (New-Item -ItemType Directory '$TestDrive/session')"
            "`$env:MESHSECRETS_STORE = '$TestDrive/session/store'"
            "`$ErrorView = 'ConciseView'"
            "function Read-Host { ConvertTo-SecureString 'tok-4711' -AsPlainText }"
        )
        foreach ($command in [regex]::Matches($transcript -join '', '(?m)^PS> (.*(?:\n>> .*)*)').ForEach({ $_.Groups[1].Value })) {
            $shown = "PS> $command"
            $code = $command -replace "\n>> ", "`n"
            $lines += "@'`n$shown`n'@"
            $lines += "try { & { $code } 2>&1 | ForEach-Object { if (`$_ -is [Management.Automation.ErrorRecord]) { `"`$(`$_.InvocationInfo.MyCommand): `$_`" } else { `$_ } } | Out-String -Width 80 } catch { throw }"
        }

        Set-Content $script ($lines -join "`n")
        $actual = & $pwsh -NoProfile -NonInteractive -File $script
        $LASTEXITCODE | Should -Be 0
        Get-Comparable ($actual -join "`n") | Should -Be (Get-Comparable ($transcript -join ''))
    }

    It 'links to <Target>, which is there' -ForEach $links {
        Join-Path $root $Target | Should -Exist
    }

    It 'names each form and rule set that <Command> offers' -ForEach @(
        @{ Command = 'Export-MeshCaBundle -Format ' }
        @{ Command = 'Export-MeshSecret -Format ' }
        @{ Command = 'Test-MeshSecret -For ' }
    ) {
        $table = [regex]::Match($readme, '(?m)^\| dialect \|.*\r?\n(\|.*\r?\n)+').Value
        $offered = (TabExpansion2 $Command).CompletionMatches.CompletionText
        $offered.Count | Should -BeGreaterThan 5
        $offered | Where-Object { $table -notmatch "``$_``" } | Should -BeNullOrEmpty
        if ($Command -match 'Format') {
            $about = Get-Content (Join-Path $root 'en-US/about_MeshSecrets.help.txt') -Raw
            $offered | Where-Object { $about -notmatch "(?m)^        $_ " } | Should -BeNullOrEmpty
        }
    }

    It 'names <Name>' -ForEach $cmdlets {
        $readme | Should -Match "\b$Name\b"
    }
}
