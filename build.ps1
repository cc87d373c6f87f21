<#
.SYNOPSIS
Builds, tests, measures and packs MeshSecrets.

.EXAMPLE
./build.ps1
Builds the module into bin; Import-Module ./MeshSecrets.psd1 takes it from there.

.EXAMPLE
./build.ps1 -Task Test
Runs all tests, those in PowerShell included.

.EXAMPLE
./build.ps1 -Task Pack
Makes out/MeshSecrets/<version>, to be copied to a folder of PSModulePath, and out/MeshSecrets.<version>.nupkg, which
Install-PSResource installs from a local repository.
#>
[CmdletBinding()]
param(
    # What to do, in this order.
    [ValidateSet('Clean', 'Build', 'Test', 'Benchmark', 'Pack')]
    [string[]] $Task = 'Build',

    # Where Pack puts the module and the package.
    [string] $OutputPath = (Join-Path $PSScriptRoot 'out'),

    # Lets Pack take bin as it is.
    [switch] $NoBuild
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true

function Clear-Output {
    'bin', 'out', 'TestResults' | ForEach-Object { Join-Path $PSScriptRoot $_ } | Where-Object { Test-Path $_ } | Remove-Item -Recurse
    dotnet clean $PSScriptRoot/MeshSecrets.slnx --verbosity quiet
}

function Build-Module {
    dotnet build $PSScriptRoot/MeshSecrets.slnx --configuration Release
}

function Test-Module {
    dotnet test $PSScriptRoot/MeshSecrets.slnx --configuration Release
}

function Measure-Module {
    dotnet run --configuration Release --project $PSScriptRoot/tests/Benchmarks
}

function Compress-Module {
    if (-not $NoBuild) {
        Build-Module
    }

    if (-not (Test-Path $PSScriptRoot/bin/MeshSecrets.dll)) {
        throw 'There is no bin/MeshSecrets.dll to pack. Run ./build.ps1 first, or Pack without -NoBuild.'
    }

    $version = (Import-PowerShellDataFile $PSScriptRoot/MeshSecrets.psd1).ModuleVersion
    $folder = Join-Path $OutputPath "MeshSecrets/$version"
    if (Test-Path $folder) {
        Remove-Item $folder -Recurse
    }

    $null = New-Item -ItemType Directory $folder
    'MeshSecrets.psd1', 'bin', 'en-US', 'README.md', 'CHANGELOG.md', 'THIRD-PARTY-NOTICES.md' | ForEach-Object { Join-Path $PSScriptRoot $_ } |
        Where-Object { Test-Path $_ } | Copy-Item -Destination $folder -Recurse
    # For those who build, not for those who use.
    Get-ChildItem $folder/bin -Recurse -Include *.pdb, MeshSecrets.Engine.xml | Remove-Item

    Compress-PSResource -Path $folder -DestinationPath $OutputPath -PassThru
}

foreach ($name in $Task) {
    switch ($name) {
        'Clean' { Clear-Output }
        'Build' { Build-Module }
        'Test' { Test-Module }
        'Benchmark' { Measure-Module }
        'Pack' { Compress-Module }
    }
}
