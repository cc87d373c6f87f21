# The secrets of a store, as a user meets them.
BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    $manifest = Join-Path $root 'MeshSecrets.psd1'
    Import-Module $manifest -Force
    $kept = $env:MESHSECRETS_STORE, $env:XDG_CONFIG_HOME
    $env:XDG_CONFIG_HOME = Join-Path $TestDrive 'config'

    # A store of its own for each test; the session's default, as on a fresh machine.
    function Reset-Store {
        Get-MeshStore | Disconnect-MeshStore
        $env:MESHSECRETS_STORE = Join-Path $TestDrive ([guid]::NewGuid())
    }

    # What a command that must fail says.
    function Get-Failure([scriptblock] $Script) {
        try { $null = & $Script 2>&1 | Tee-Object -Variable all } catch { return $_ }
        $all | Where-Object { $_ -is [Management.Automation.ErrorRecord] }
    }
}

AfterAll {
    Get-MeshStore | Disconnect-MeshStore
    $env:MESHSECRETS_STORE, $env:XDG_CONFIG_HOME = $kept
}

Describe 'New-MeshSecret' {
    BeforeEach { Reset-Store }

    It 'keeps a string in the mesh default, and gives the secret without it' {
        $secret = New-MeshSecret db hunter2 -Label @{ team = 'shop' } -Annotation @{ note = 'x' }
        $secret.GetType().FullName | Should -Be 'MeshSecrets.MeshSecret'
        "$($secret.Name) $($secret.Mesh) $($secret.Namespace) $($secret.Type) $($secret.DataKeys) $($secret.Version)" | Should -Be 'db default  Opaque value 1'
        $secret.Labels['team'] | Should -Be 'shop'
        $secret.Annotations['note'] | Should -Be 'x'
        Get-MeshSecret db -AsPlainText | Should -Be 'hunter2'
    }

    It 'takes <Kind>' -ForEach @(
        @{ Kind = 'a SecureString'; Value = { ConvertTo-SecureString 'grün' -AsPlainText }; Bytes = [Text.Encoding]::UTF8.GetBytes('grün') }
        @{ Kind = 'bytes'; Value = { , [byte[]](0, 1, 255) }; Bytes = 0, 1, 255 }
        @{ Kind = 'bytes one by one'; Value = { , @([byte] 7, [byte] 8) }; Bytes = 7, 8 }
        @{ Kind = 'a number as it is typed'; Value = { '-' }; Typed = '0070'; Bytes = 48, 48, 55, 48 }
        @{ Kind = 'an empty string'; Value = { '' }; Bytes = @() }
        @{ Kind = 'a file'; Value = { Set-Content (Join-Path $TestDrive 'f') 'abc' -NoNewline; Get-Item (Join-Path $TestDrive 'f') }; Bytes = 97, 98, 99 }
    ) {
        $null = if ($Typed) { Invoke-Expression "New-MeshSecret x $Typed" } else { New-MeshSecret x -Value (& $Value) }
        (Get-MeshSecret x -AsByteArray) -join ' ' | Should -Be ($Bytes -join ' ')
    }

    It 'keeps several data keys' {
        (New-MeshSecret x -Data @{ user = 'app'; password = (ConvertTo-SecureString pw -AsPlainText) }).DataKeys | Should -Be @('password', 'user')
        (Get-MeshSecret x -AsPlainText).password | Should -Be 'pw'
    }

    It 'keeps files by their names, or one by a key' {
        'a.txt', 'b.txt' | ForEach-Object { Set-Content (Join-Path $TestDrive $_) $_ -NoNewline }
        (New-MeshSecret x -Path (Join-Path $TestDrive '*.txt')).DataKeys | Should -Be @('a.txt', 'b.txt')
        (New-MeshSecret y -LiteralPath (Join-Path $TestDrive 'a.txt') -Key k).DataKeys | Should -Be 'k'
        Get-ChildItem (Join-Path $TestDrive '*.txt') | New-MeshSecret -Global | ForEach-Object Name | Should -Be @('a.txt', 'b.txt')
        Get-MeshSecret a.txt -Global -AsPlainText | Should -Be 'a.txt'
    }

    It 'takes the scope <Scope>' -ForEach @(
        @{ Scope = '-Mesh prod'; Parameters = @{ Mesh = 'prod' }; Text = 'mesh/prod/x' }
        @{ Scope = '-Namespace shop'; Parameters = @{ Namespace = 'shop' }; Text = 'namespace/shop/x' }
        @{ Scope = '-Global'; Parameters = @{ Global = $true }; Text = 'global/x' }
        @{ Scope = 'both'; Parameters = @{ Mesh = 'prod'; Namespace = 'shop' }; Text = 'namespace/shop/mesh/prod/x' }
    ) {
        "$(New-MeshSecret x 1a @Parameters)" | Should -Be $Text
    }

    It 'imports rows' {
        $rows = "Name,Value,Mesh,Type`na,1,prod,`nb,2,,`n" | ConvertFrom-Csv
        $rows | New-MeshSecret | ForEach-Object { "$_" } | Should -Be @('mesh/prod/a', 'mesh/default/b')
        Get-MeshSecret b -AsPlainText | Should -Be '2'
    }

    It 'goes on after a row that fails, and names it' {
        $null = New-MeshSecret s300 x
        $made = 1..600 | ForEach-Object { [pscustomobject] @{ Name = $_ -eq 400 ? 'BAD' : "s$_"; Value = "$_" } } | New-MeshSecret -ErrorAction SilentlyContinue -ErrorVariable failed
        $made.Count | Should -Be 598
        $failed.FullyQualifiedErrorId | Sort-Object | Should -Be @('SecretExists,MeshSecrets.Commands.NewMeshSecretCommand', 'SecretNameInvalid,MeshSecrets.Commands.NewMeshSecretCommand')
        @($failed | Where-Object FullyQualifiedErrorId -Like 'SecretExists*').TargetObject.ToString() | Should -Be 'mesh/default/s300'
        Get-MeshSecret s599 -AsPlainText | Should -Be '599'
    }

    It 'overwrites only with -Force, and keeps what was' {
        $null = New-MeshSecret x one
        (New-MeshSecret x two -Force).Version | Should -Be 2
        Get-MeshSecret x -Version 1 -AsPlainText | Should -Be 'one'
    }

    It 'proves what it keeps as a TLS key' {
        $id = (Get-Failure { New-MeshSecret x -Type kubernetes.io/tls -Data @{ 'tls.crt' = 'no'; 'tls.key' = 'no' } }).FullyQualifiedErrorId
        $id | Should -Not -BeNullOrEmpty
        Get-MeshSecret | Should -BeNullOrEmpty
    }

    It 'makes nothing with -WhatIf, not even the store' {
        New-MeshSecret x y -WhatIf
        Test-Path $env:MESHSECRETS_STORE | Should -BeFalse
        Test-Path (Join-Path $env:XDG_CONFIG_HOME "MeshSecrets/keys") | Should -Be ([bool](Get-ChildItem $env:XDG_CONFIG_HOME -Recurse -File -ErrorAction Ignore))
    }

    It 'refuses <Case> with <Id>' -ForEach @(
        @{ Case = 'a number in a table, which has lost its leading zeros'; Id = 'SecretValueInvalid'; Script = { New-MeshSecret x -Data @{ pin = 007 } } }
        @{ Case = 'a date'; Id = 'SecretValueInvalid'; Script = { New-MeshSecret x (Get-Date) } }
        @{ Case = 'a null in a table'; Id = 'SecretValueInvalid'; Script = { New-MeshSecret x -Data @{ a = $null } } }
        @{ Case = 'a table that is none'; Id = 'SecretDataInvalid'; Script = { New-MeshSecret x -Data 'a' } }
        @{ Case = 'an invalid data key'; Id = 'SecretDataKeyInvalid'; Script = { New-MeshSecret x y -Key 'a b' } }
        @{ Case = 'an invalid name'; Id = 'SecretNameInvalid'; Script = { New-MeshSecret 'A' y } }
        @{ Case = 'two scopes'; Id = 'ScopeAmbiguous'; Script = { New-MeshSecret x y -Global -Mesh m } }
        @{ Case = 'a second of that name'; Id = 'SecretExists'; Script = { New-MeshSecret x y; New-MeshSecret x y } }
        @{ Case = 'a missing file'; Id = 'PathNotFound'; Script = { New-MeshSecret x -Path (Join-Path $TestDrive none) } }
        @{ Case = 'a folder'; Id = 'PathIsFolder'; Script = { New-MeshSecret x -LiteralPath $TestDrive } }
        @{ Case = 'one key for many files'; Id = 'SecretKeyAmbiguous'; Script = { 'p.q', 'r.q' | ForEach-Object { Set-Content (Join-Path $TestDrive $_) 1 }; New-MeshSecret x -Path (Join-Path $TestDrive '*.q') -Key k } }
        @{ Case = 'more than 1 MiB'; Id = 'SecretTooLarge'; Script = { New-MeshSecret x ([byte[]]::new(1MB + 1)) } }
        @{ Case = 'a file of more than 1 MiB'; Id = 'SecretFileTooLarge'; Script = { [IO.File]::WriteAllBytes("$TestDrive/big", [byte[]]::new(1MB + 1)); New-MeshSecret x -LiteralPath "$TestDrive/big" } }
        @{ Case = 'another type'; Id = 'SecretTypeImmutable'; Script = { New-MeshSecret x y; New-MeshSecret x y -Type other -Force } }
    ) {
        (Get-Failure $Script).FullyQualifiedErrorId | Should -Be "$Id,MeshSecrets.Commands.NewMeshSecretCommand"
    }

    It 'ends within a second when stopped, and what it has given is kept' {
        $shell = [powershell]::Create()
        $output = [Management.Automation.PSDataCollection[psobject]]::new()
        try {
            $null = $shell.AddScript("Import-Module '$manifest'; & { for (`$i = 1; ; `$i++) { [pscustomobject] @{ Name = `"s`$i`"; Value = 'x' } } } | New-MeshSecret")
            $null = $shell.BeginInvoke([Management.Automation.PSDataCollection[psobject]]::new(), $output)
            $output.GetEnumerator().MoveNext() | Should -BeTrue
            $watch = [Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $watch.ElapsedMilliseconds | Should -BeLessThan 1000
            $shell.InvocationStateInfo.State | Should -Be 'Stopped'
        }
        finally {
            $shell.Dispose()
        }

        $there = (Get-MeshSecret).Name
        $output.Count | Should -BeGreaterThan 0
        $output.Name | Where-Object { $_ -notin $there } | Should -BeNullOrEmpty
        Test-MeshStore -Quiet | Should -BeTrue
    }
}

Describe 'Get-MeshSecret' {
    BeforeAll {
        Reset-Store
        $null = New-MeshSecret web-a 1a -Label @{ team = 'shop'; tier = 'front' }
        $null = New-MeshSecret web-b 2b -Label @{ team = 'pay' } -Mesh prod
        $null = New-MeshSecret db -Data @{ user = 'app'; password = 'pw' } -Namespace shop -Type example.com/db
        $null = New-MeshSecret bin ([byte[]](0, 255)) -Global
    }

    It 'lists <Case>' -ForEach @(
        @{ Case = 'all scopes'; Parameters = @{}; Names = 'bin', 'db', 'web-a', 'web-b' }
        @{ Case = 'by pattern'; Parameters = @{ Name = 'web-*' }; Names = 'web-a', 'web-b' }
        @{ Case = 'by pattern of any case'; Parameters = @{ Name = 'WEB-?' }; Names = 'web-a', 'web-b' }
        @{ Case = 'by set of characters'; Parameters = @{ Name = 'web-[b-z]' }; Names = 'web-b' }
        @{ Case = 'by several names'; Parameters = @{ Name = 'db', 'bin' }; Names = 'bin', 'db' }
        @{ Case = 'by mesh'; Parameters = @{ Mesh = 'prod' }; Names = 'web-b' }
        @{ Case = 'by mesh pattern'; Parameters = @{ Mesh = 'pr*'; Name = 'web-b' }; Names = 'web-b' }
        @{ Case = 'by namespace'; Parameters = @{ Namespace = 'shop' }; Names = 'db' }
        @{ Case = 'the global ones'; Parameters = @{ Global = $true }; Names = 'bin' }
        @{ Case = 'by label'; Parameters = @{ Label = @{ team = 'shop' } }; Names = 'web-a' }
        @{ Case = 'by any value of a label'; Parameters = @{ Label = @{ team = '*' } }; Names = 'web-a', 'web-b' }
        @{ Case = 'by type'; Parameters = @{ Type = 'example.com/db' }; Names = 'db' }
        @{ Case = 'none that expires, for none has a certificate'; Parameters = @{ ExpiresWithin = '30d' }; Names = @() }
        @{ Case = 'no other pattern'; Parameters = @{ Name = 'x*' }; Names = @() }
    ) {
        @(Get-MeshSecret @Parameters).Name | Sort-Object | Should -Be $Names
    }

    It 'gives values only when asked: <Case>' -ForEach @(
        @{ Case = 'text'; Script = { Get-MeshSecret web-a -AsPlainText }; Expected = '1a' }
        @{ Case = 'one of several'; Script = { Get-MeshSecret db -Key user -AsPlainText }; Expected = 'app' }
        @{ Case = 'several in order'; Script = { (Get-MeshSecret db -AsPlainText).Keys }; Expected = 'password', 'user' }
        @{ Case = 'bytes'; Script = { (Get-MeshSecret bin -AsByteArray).GetType().Name }; Expected = 'Byte[]' }
        @{ Case = 'secure'; Script = { ConvertFrom-SecureString (Get-MeshSecret web-a -AsSecureString) -AsPlainText }; Expected = '1a' }
        @{ Case = 'of many'; Script = { Get-MeshSecret web-* -AsPlainText | Sort-Object }; Expected = '1a', '2b' }
        @{ Case = 'through the pipeline'; Script = { Get-MeshSecret web-b | Get-MeshSecret -AsPlainText }; Expected = '2b' }
    ) {
        & $Script | Should -Be $Expected
    }

    It 'notes in the audit trail who got plaintext, and not who listed' {
        $before = @(Get-MeshStoreAudit).Count
        $null = Get-MeshSecret
        @(Get-MeshStoreAudit).Count | Should -Be $before
        $null = Get-MeshSecret db -AsPlainText
        $last = Get-MeshStoreAudit | Select-Object -Last 1
        "$($last.Action) $($last.Name) $($last.Namespace) $($last.Version)" | Should -Be 'reveal db shop 1'
    }

    It 'says <Id> for <Case>' -ForEach @(
        @{ Case = 'a name that is not there'; Id = 'SecretNotFound'; Script = { Get-MeshSecret none } }
        @{ Case = 'a name of another scope'; Id = 'SecretNotFound'; Script = { Get-MeshSecret db -Mesh default } }
        @{ Case = 'a version that is not kept'; Id = 'SecretVersionNotFound'; Script = { Get-MeshSecret web-a -Version 9 } }
        @{ Case = 'versions of nothing'; Id = 'SecretNotFound'; Script = { Get-MeshSecret none -AllVersions } }
        @{ Case = 'bytes as text'; Id = 'SecretValueNotText'; Script = { Get-MeshSecret bin -AsPlainText } }
        @{ Case = 'a data key that is not there'; Id = 'SecretDataKeyMissing'; Script = { Get-MeshSecret db -Key none -AsPlainText } }
        @{ Case = 'a data key without a form'; Id = 'SecretKeyWithoutForm'; Script = { Get-MeshSecret db -Key user } }
        @{ Case = 'two forms'; Id = 'SecretFormAmbiguous'; Script = { Get-MeshSecret db -AsByteArray -AsSecureString } }
    ) {
        (Get-Failure $Script).FullyQualifiedErrorId | Should -Be "$Id,MeshSecrets.Commands.GetMeshSecretCommand"
    }

    It 'creates no store' {
        Get-MeshStore | Disconnect-MeshStore
        $here = $env:MESHSECRETS_STORE
        try {
            $env:MESHSECRETS_STORE = Join-Path $TestDrive 'never'
            Get-MeshSecret | Should -BeNullOrEmpty
            Test-Path $env:MESHSECRETS_STORE | Should -BeFalse
        }
        finally {
            $env:MESHSECRETS_STORE = $here
        }
    }

    It 'says of a namespace or mesh that cannot be that it cannot, and not that nothing is in it' {
        { Get-MeshSecret -Namespace Bad_NS -ErrorAction Stop } | Should -Throw -ErrorId 'NamespaceInvalid,*'
        { Get-MeshTlsKey x -Namespace Bad_NS -ErrorAction Stop } | Should -Throw -ErrorId 'NamespaceInvalid,*'
        { Remove-MeshSecret w* -Namespace Bad_NS -ErrorAction Stop } | Should -Throw -ErrorId 'NamespaceInvalid,*'
        { Get-MeshCa -Mesh _x -ErrorAction Stop } | Should -Throw -ErrorId 'MeshNameInvalid,*'
        Get-MeshSecret -Namespace B* -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'completes names, from a connected store only' {
        Get-MeshStore | Disconnect-MeshStore
        (TabExpansion2 'Get-MeshSecret we' 17).CompletionMatches.CompletionText | Should -Not -Contain 'web-a'
        $null = Connect-MeshStore
        (TabExpansion2 'Get-MeshSecret we' 17).CompletionMatches.CompletionText | Should -Be @('web-a', 'web-b')
        (TabExpansion2 'Get-MeshSecret -Store none we' 29).CompletionMatches.CompletionText | Should -Not -Contain 'web-a'
    }
}

Describe 'Set-MeshSecret' {
    BeforeEach {
        Reset-Store
        $first = New-MeshSecret x one -Label @{ a = '1'; b = '2' } -Annotation @{ n = '1' }
    }

    It 'merges <Case>' -ForEach @(
        @{ Case = 'a value'; Parameters = @{ Value = 'two' }; Plain = 'two' }
        @{ Case = 'a data key'; Parameters = @{ Value = 'v'; Key = 'k' }; Plain = @{ value = 'one'; k = 'v' } }
        @{ Case = 'a table'; Parameters = @{ Data = @{ k = 'v'; value = 'w' } }; Plain = @{ value = 'w'; k = 'v' } }
        @{ Case = 'labels'; Parameters = @{ Label = @{ b = '3'; c = '4' } }; Labels = 'a=1 b=3 c=4' }
        @{ Case = 'the removal of labels'; Parameters = @{ RemoveLabel = 'a', 'none' }; Labels = 'b=2' }
        @{ Case = 'annotations'; Parameters = @{ Annotation = @{ m = '2' } }; Annotations = 'm=2 n=1' }
    ) {
        $changed = Set-MeshSecret x @Parameters -PassThru
        $changed.Version | Should -Be 2
        function Join-Table($Table) { ($Table.GetEnumerator() | ForEach-Object { "$($_.Key)=$($_.Value)" } | Sort-Object) -join ' ' }
        Join-Table $changed.Labels | Should -Be ($Labels ?? 'a=1 b=2')
        Join-Table $changed.Annotations | Should -Be ($Annotations ?? 'n=1')
        $now = Get-MeshSecret x -AsPlainText
        if ($Plain -is [hashtable]) { Join-Table $now | Should -Be (Join-Table $Plain) } else { $now | Should -Be ($Plain ?? 'one') }
    }

    It 'removes a data key' {
        Set-MeshSecret x v -Key k
        Set-MeshSecret x -RemoveKey k
        (Get-MeshSecret x).DataKeys | Should -Be 'value'
    }

    It 'gives a value to the only data key, whatever its name' {
        $null = New-MeshSecret y v -Key token
        Set-MeshSecret y w
        Get-MeshSecret y -AsPlainText | Should -Be 'w'
    }

    It 'takes a file' {
        Set-Content (Join-Path $TestDrive 'cert.pem') 'PEM' -NoNewline
        (Set-MeshSecret x -Path (Join-Path $TestDrive 'cert.pem') -PassThru).DataKeys | Should -Be @('cert.pem', 'value')
    }

    It 'changes nothing that somebody else has changed meanwhile' {
        Set-MeshSecret x two
        (Get-Failure { $first | Set-MeshSecret -Value three }).FullyQualifiedErrorId | Should -Be 'SecretConflict,MeshSecrets.Commands.SetMeshSecretCommand'
        Get-MeshSecret x -AsPlainText | Should -Be 'two'
        Get-MeshSecret x | Set-MeshSecret -Value three
        Get-MeshSecret x -AsPlainText | Should -Be 'three'
    }

    It 'loses no change when many write at once' {
        1..4 | ForEach-Object -Parallel {
            Import-Module $using:manifest
            foreach ($i in 1..5) { Set-MeshSecret x -Label @{ "w$_-$i" = '1' } }
        }
        (Get-MeshSecret x).Labels.Count | Should -Be 22
    }

    It 'changes nothing with -WhatIf' {
        Set-MeshSecret x two -WhatIf
        (Get-MeshSecret x).Version | Should -Be 1
    }

    It 'says <Id> for <Case>' -ForEach @(
        @{ Case = 'nothing to change'; Id = 'SecretChangeMissing'; Script = { Set-MeshSecret x } }
        @{ Case = 'a name that is not there'; Id = 'SecretNotFound'; Script = { Set-MeshSecret none y } }
        @{ Case = 'a data key that is not there'; Id = 'SecretDataKeyMissing'; Script = { Set-MeshSecret x -RemoveKey none } }
        @{ Case = 'a value for one of several'; Id = 'SecretKeyRequired'; Script = { $null = New-MeshSecret y -Data @{ a = '1'; b = '2' }; Set-MeshSecret y z } }
    ) {
        (Get-Failure $Script).FullyQualifiedErrorId | Should -Be "$Id,MeshSecrets.Commands.SetMeshSecretCommand"
    }
}

Describe 'Remove-MeshSecret' {
    BeforeEach {
        Reset-Store
        'a1', 'a2', 'b' | ForEach-Object { $null = New-MeshSecret $_ x }
        $null = New-MeshSecret a3 x -Namespace shop
    }

    It 'has purged what it gives as purged, however the pipeline ends' {
        Reset-Store
        $null = 1..300 | ForEach-Object { [pscustomobject]@{ Name = "purge-$_"; Value = 'x' } } | New-MeshSecret
        $null = Get-MeshSecret purge-* | Remove-MeshSecret -Purge -PassThru -Confirm:$false | Select-Object -First 1 -OutVariable first
        { Get-MeshSecret $first.Name -Version 1 -AsPlainText -ErrorAction Stop } | Should -Throw -ErrorId 'Secret*NotFound,*'
        @(Get-MeshSecret purge-*).Count | Should -BeLessThan 300
    }

    It 'removes what came before an error that ends the command' {
        Reset-Store
        $null = New-MeshSecret before x
        { 'before', 'nosuch' | ForEach-Object { [pscustomobject]@{ Name = $_ } } | Remove-MeshSecret -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'SecretNotFound,*'
        Get-MeshSecret before -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'removes by pattern in the usual scope only' {
        Remove-MeshSecret a* -Confirm:$false -PassThru | ForEach-Object Name | Should -Be @('a1', 'a2')
        (Get-MeshSecret).Name | Sort-Object | Should -Be @('a3', 'b')
    }

    It 'removes what comes through the pipeline' {
        Get-MeshSecret a* | Remove-MeshSecret -Confirm:$false
        (Get-MeshSecret).Name | Should -Be 'b'
    }

    It 'removes nothing that was changed meanwhile' {
        $read = Get-MeshSecret b
        Set-MeshSecret b y
        (Get-Failure { $read | Remove-MeshSecret -Confirm:$false }).FullyQualifiedErrorId | Should -Be 'SecretConflict,MeshSecrets.Commands.RemoveMeshSecretCommand'
        (Get-MeshSecret b).Version | Should -Be 2
    }

    It 'removes nothing with -WhatIf' {
        Remove-MeshSecret * -WhatIf
        Remove-MeshSecret * -Purge -WhatIf
        @(Get-MeshSecret).Count | Should -Be 4
    }

    It 'erases all versions with -Purge, also of a removed one' {
        Remove-MeshSecret a1 -Confirm:$false
        @(Get-MeshSecret a1 -AllVersions).Count | Should -Be 1
        Remove-MeshSecret a1, a2 -Purge -Confirm:$false
        foreach ($name in 'a1', 'a2') {
            (Get-Failure { Get-MeshSecret $name -AllVersions }).FullyQualifiedErrorId | Should -BeLike 'SecretNotFound,*'
        }
    }

    It 'says that a name is not there, and goes on' {
        (Get-Failure { Remove-MeshSecret none, b -Confirm:$false }).FullyQualifiedErrorId | Should -Be 'SecretNotFound,MeshSecrets.Commands.RemoveMeshSecretCommand'
        Get-MeshSecret b* | Should -BeNullOrEmpty
        Remove-MeshSecret none* -Confirm:$false
    }
}

Describe 'Restore-MeshSecret' {
    BeforeEach {
        Reset-Store
        $null = New-MeshSecret x one
        Set-MeshSecret x two
    }

    It 'makes an earlier version the current one' {
        (Restore-MeshSecret x 1 -PassThru).Version | Should -Be 3
        Get-MeshSecret x -AsPlainText | Should -Be 'one'
        (Get-MeshSecret x -AllVersions).Version | Should -Be @(3, 2, 1)
        (Get-MeshStoreAudit x -Action restore).Version | Should -Be 3
    }

    It 'brings back a removed one, through the pipeline' {
        Remove-MeshSecret x -Confirm:$false
        Get-MeshSecret x -AllVersions | Select-Object -First 1 | Restore-MeshSecret
        Get-MeshSecret x -AsPlainText | Should -Be 'two'
    }

    It 'changes nothing with -WhatIf' {
        Restore-MeshSecret x 1 -WhatIf
        (Get-MeshSecret x).Version | Should -Be 2
    }

    It 'says <Id> for <Case>' -ForEach @(
        @{ Case = 'a version that is not kept'; Id = 'SecretVersionNotFound'; Script = { Restore-MeshSecret x 9 } }
        @{ Case = 'a name that is not there'; Id = 'SecretNotFound'; Script = { Restore-MeshSecret none 1 } }
    ) {
        (Get-Failure $Script).FullyQualifiedErrorId | Should -Be "$Id,MeshSecrets.Commands.RestoreMeshSecretCommand"
    }
}

Describe 'Copy-MeshSecret' {
    BeforeEach {
        Reset-Store
        $null = New-MeshSecret x -Data @{ a = '1'; b = '2' } -Label @{ l = '1' } -Annotation @{ n = '1' } -Type example.com/t
        $null = New-MeshSecret y 3
        $other = Connect-MeshStore (Join-Path $TestDrive ([guid]::NewGuid())) -Name other -Create -NoDefault
    }

    It 'copies whole' {
        $copy = Copy-MeshSecret x -NewName z -PassThru
        "$copy $($copy.Type) $($copy.DataKeys) $($copy.Labels['l']) $($copy.Annotations['n'])" | Should -Be 'mesh/default/z example.com/t a b 1 1'
        (Get-MeshSecret z -AsPlainText).b | Should -Be '2'
    }

    It 'copies to another store, by pattern, and notes it in both' {
        Copy-MeshSecret * other
        (Get-MeshSecret -Store other).Name | Should -Be @('x', 'y')
        Get-MeshSecret y -Store other -AsPlainText | Should -Be '3'
        (Get-MeshStoreAudit -Action copy).Name | Should -Be @('x', 'y')
        (Get-MeshStoreAudit -Action copy -Store other).Name | Should -Be @('x', 'y')
    }

    It 'copies to the scope <Scope>' -ForEach @(
        @{ Scope = 'mesh'; Parameters = @{ DestinationMesh = 'prod' }; Text = 'mesh/prod/y' }
        @{ Scope = 'namespace'; Parameters = @{ DestinationNamespace = 'shop' }; Text = 'namespace/shop/y' }
        @{ Scope = 'global'; Parameters = @{ DestinationGlobal = $true }; Text = 'global/y' }
    ) {
        "$(Get-MeshSecret y | Copy-MeshSecret @Parameters -PassThru)" | Should -Be $Text
    }

    It 'overwrites only with -Force' {
        Copy-MeshSecret y other
        (Get-Failure { Copy-MeshSecret y other }).FullyQualifiedErrorId | Should -Be 'SecretExists,MeshSecrets.Commands.CopyMeshSecretCommand'
        (Copy-MeshSecret y other -Force -PassThru).Version | Should -Be 2
    }

    It 'copies nothing with -WhatIf' {
        Copy-MeshSecret * other -WhatIf
        Get-MeshSecret -Store other | Should -BeNullOrEmpty
        Get-MeshStoreAudit -Action copy | Should -BeNullOrEmpty
    }

    It 'says <Id> for <Case>' -ForEach @(
        @{ Case = 'a copy to itself'; Id = 'SecretCopyToItself'; Script = { Copy-MeshSecret x } }
        @{ Case = 'one name for many'; Id = 'SecretNameAmbiguous'; Script = { Copy-MeshSecret * -NewName z } }
        @{ Case = 'a name that is not there'; Id = 'SecretNotFound'; Script = { Copy-MeshSecret none -NewName z } }
        @{ Case = 'a store that is not there'; Id = 'StoreNotFound'; Script = { Copy-MeshSecret x (Join-Path $TestDrive none) } }
        @{ Case = 'two scopes'; Id = 'ScopeAmbiguous'; Script = { Copy-MeshSecret x -DestinationGlobal -DestinationMesh m } }
    ) {
        (Get-Failure $Script).FullyQualifiedErrorId | Should -Be "$Id,MeshSecrets.Commands.CopyMeshSecretCommand"
    }
}
