# Stores as a whole, as a user meets them.
BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'MeshSecrets.psd1') -Force
    $kept = $env:MESHSECRETS_STORE, $env:XDG_CONFIG_HOME, $env:MESHSECRETS_PASSPHRASE
    $env:MESHSECRETS_PASSPHRASE = $null
    $right = ConvertTo-SecureString 'right' -AsPlainText
    $wrong = ConvertTo-SecureString 'wrong' -AsPlainText

    function New-Path { Join-Path $TestDrive ([guid]::NewGuid()) }

    function Get-Failure([scriptblock] $Script) {
        try { $null = & $Script 2>&1 | Tee-Object -Variable all } catch { return $_ }
        $all | Where-Object { $_ -is [Management.Automation.ErrorRecord] }
    }

    # Changes one byte in the middle of the largest file of a store's records.
    function Edit-Record([string] $Store) {
        $file = Get-ChildItem (Join-Path $Store 'segments') -File | Sort-Object Length | Select-Object -Last 1
        $bytes = [IO.File]::ReadAllBytes($file)
        $bytes[$bytes.Length / 2] = $bytes[$bytes.Length / 2] -bxor 1
        [IO.File]::WriteAllBytes($file, $bytes)
    }
}

AfterAll {
    Get-MeshStore | Disconnect-MeshStore
    $env:MESHSECRETS_STORE, $env:XDG_CONFIG_HOME, $env:MESHSECRETS_PASSPHRASE = $kept
}

Describe 'Stores' {
    BeforeEach {
        Get-MeshStore | Disconnect-MeshStore
        $env:MESHSECRETS_STORE = New-Path
        $env:XDG_CONFIG_HOME = New-Path
    }

    Context 'Connect-MeshStore' {
        It 'makes the default store without being told to' {
            $store = Connect-MeshStore
            "$($store.Name) $($store.Kind) $($store.IsDefault) $($store.Location)" | Should -Be "default Embedded True $env:MESHSECRETS_STORE"
        }

        It 'makes another store only with -Create, and says so' {
            $path = New-Path
            $failure = Get-Failure { Connect-MeshStore $path }
            $failure.FullyQualifiedErrorId | Should -Be 'StoreNotFound,MeshSecrets.Commands.ConnectMeshStoreCommand'
            "$failure" | Should -BeLike '*-Create*'
            Test-Path $path | Should -BeFalse
            (Connect-MeshStore $path -Create).Name | Should -Be (Split-Path -Leaf $path)
        }

        It 'makes neither store nor key file with -WhatIf' {
            Connect-MeshStore (New-Path) -Create -KeyFile (Join-Path $TestDrive 'never.key') -WhatIf | Should -BeNullOrEmpty
            Connect-MeshStore -WhatIf | Should -BeNullOrEmpty
            Test-Path $env:MESHSECRETS_STORE | Should -BeFalse
            Test-Path $env:XDG_CONFIG_HOME | Should -BeFalse
            Test-Path (Join-Path $TestDrive 'never.key') | Should -BeFalse
            Get-MeshStore | Should -BeNullOrEmpty
        }

        It 'opens with the passphrase, and with no other' {
            $path = New-Path
            Connect-MeshStore $path -Create -Passphrase $right | Disconnect-MeshStore
            (Get-Failure { Connect-MeshStore $path -Passphrase $wrong }).FullyQualifiedErrorId | Should -BeLike 'StorePassphraseWrong,*'
            (Get-Failure { Connect-MeshStore $path }).FullyQualifiedErrorId | Should -BeLike 'StorePassphraseRequired,*'
            (Get-Failure { Get-MeshSecret -Store $path }).FullyQualifiedErrorId | Should -BeLike 'StorePassphraseRequired,*'
            (Connect-MeshStore $path -Passphrase $right).Location | Should -Be $path
        }

        It 'opens with the passphrase of a runbook' {
            $path = New-Path
            Connect-MeshStore $path -Create -Passphrase $right | Disconnect-MeshStore
            try {
                $env:MESHSECRETS_PASSPHRASE = 'right'
                Get-MeshSecret -Store $path | Should -BeNullOrEmpty
                (Get-MeshStore).Location | Should -Be $path
            }
            finally {
                $env:MESHSECRETS_PASSPHRASE = $null
            }
        }

        It 'opens with its key file, which is readable by its owner alone' {
            $path = New-Path
            $key = New-Path
            Connect-MeshStore $path -Create -KeyFile $key | Disconnect-MeshStore
            if (-not $IsWindows) { (Get-Item $key).UnixMode | Should -Be '-rw-------' }
            (Connect-MeshStore $path).Location | Should -Be $path
            Get-MeshStore | Disconnect-MeshStore
            Remove-Item $key
            (Get-Failure { Connect-MeshStore $path }).FullyQualifiedErrorId | Should -BeLike 'KeyFileMissing,*'
        }

        It 'keeps the number of versions that it was created with' {
            $null = Connect-MeshStore (New-Path) -Create -VersionsKept 2
            $null = New-MeshSecret x 1
            2..4 | ForEach-Object { Set-MeshSecret x "$_" }
            (Get-MeshSecret x -AllVersions).Version | Should -Be @(4, 3)
        }

        It 'leaves the default with -NoDefault, and takes it without' {
            $first = Connect-MeshStore
            $second = Connect-MeshStore (New-Path) -Create -NoDefault
            "$($first.IsDefault) $($second.IsDefault)" | Should -Be 'True False'
            $null = Connect-MeshStore $second.Location
            "$($first.IsDefault) $($second.IsDefault)" | Should -Be 'False True'
        }

        It 'gives the same store for the same folder, under the newer name' {
            $path = New-Path
            $first = Connect-MeshStore $path -Create -Name one
            $secret = New-MeshSecret x y
            [object]::ReferenceEquals((Connect-MeshStore $path -Name two), $first) | Should -BeTrue
            (Get-MeshStore).Name | Should -Be 'two'
            $secret | Set-MeshSecret -Value z
            Get-MeshSecret x -AsPlainText | Should -Be 'z'
        }

        It 'takes the new store for one whose folder was replaced' {
            $path = New-Path
            $null = Connect-MeshStore $path -Create
            $null = New-MeshSecret x y
            Remove-Item $path -Recurse
            $null = Connect-MeshStore $path -Create
            Get-MeshSecret | Should -BeNullOrEmpty
            (New-MeshSecret z y).Version | Should -Be 1
        }

        It 'refuses <Case> with <Id>' -ForEach @(
            @{ Case = 'a passphrase in plain text'; Id = 'ParameterArgumentTransformationError'; Script = { Connect-MeshStore -Passphrase 'plain-and-simple' } }
            @{ Case = 'a name that means another'; Id = 'StoreNameTaken'; Script = { $null = Connect-MeshStore; Connect-MeshStore (New-Path) -Create -Name default } }
            @{ Case = 'a folder with other content'; Id = 'StoreNotFound'; Script = { $p = (New-Item -ItemType Directory (New-Path)).FullName; Set-Content "$p/f" 1; Connect-MeshStore $p -Create } }
            @{ Case = 'an altered store.json'; Id = 'StoreSettingsAltered'; Script = { Connect-MeshStore | Disconnect-MeshStore; $f = "$env:MESHSECRETS_STORE/store.json"; (Get-Content -Raw $f).Replace('"VersionsKept":10', '"VersionsKept":11').Replace('"versionsKept": 10', '"versionsKept": 11').Replace('"versionsKept":10', '"versionsKept":11') | Set-Content $f -NoNewline; Connect-MeshStore } }
        ) {
            $failure = Get-Failure $Script
            $failure.FullyQualifiedErrorId | Should -Be "$Id,MeshSecrets.Commands.ConnectMeshStoreCommand"
            "$failure" | Should -Not -BeLike '*plain-and-simple*'
        }

        It 'reads a folder that cannot be written, and says so when writing' {
            if ($IsWindows -or (id -u) -eq '0') {
                Set-ItResult -Skipped -Because 'the modes of folders do not bind this user'
            }

            $store = Connect-MeshStore
            $null = New-MeshSecret x y
            chmod -R a-w $store.Location
            try {
                (Get-MeshSecret).Name | Should -Be 'x'
                (Get-Failure { Set-MeshSecret x z }).FullyQualifiedErrorId | Should -BeLike 'StoreReadOnly,*'
            }
            finally {
                chmod -R u+w $store.Location
            }
        }
    }

    Context 'Get-MeshStore and Disconnect-MeshStore' {
        It 'lists what is connected, by pattern, and opens nothing' {
            Get-MeshStore | Should -BeNullOrEmpty
            Test-Path $env:MESHSECRETS_STORE | Should -BeFalse
            $null = Connect-MeshStore
            $null = Connect-MeshStore (New-Path) -Create -Name prod
            (Get-MeshStore).Name | Should -Be @('default', 'prod')
            (Get-MeshStore p*).Name | Should -Be 'prod'
            Get-MeshStore x* | Should -BeNullOrEmpty
            (Get-Failure { Get-MeshStore x }).FullyQualifiedErrorId | Should -Be 'StoreNotConnected,MeshSecrets.Commands.GetMeshStoreCommand'
        }

        It 'closes by name and through the pipeline' {
            $null = Connect-MeshStore
            $store = Connect-MeshStore (New-Path) -Create -Name prod
            $secret = New-MeshSecret x y
            Disconnect-MeshStore prod
            (Get-MeshStore).Name | Should -Be 'default'
            (Get-Failure { $secret | Set-MeshSecret -Value z }).FullyQualifiedErrorId | Should -BeLike 'StoreDisconnected,*'
            $null = Connect-MeshStore $store.Location
            $secret | Set-MeshSecret -Value z
            Get-MeshStore | Disconnect-MeshStore
            Get-MeshStore | Should -BeNullOrEmpty
            (Get-Failure { Disconnect-MeshStore prod }).FullyQualifiedErrorId | Should -Be 'StoreNotConnected,MeshSecrets.Commands.DisconnectMeshStoreCommand'
        }

        It 'opens a store by its path, wherever -Store is taken' {
            $path = New-Path
            Connect-MeshStore $path -Create | Disconnect-MeshStore
            $null = New-MeshSecret x y -Store $path
            (Get-MeshSecret -Store $path).Store.Location | Should -Be $path
            (Get-Failure { Get-MeshSecret -Store (New-Path) }).FullyQualifiedErrorId | Should -BeLike 'StoreNotFound,*'
        }

        It 'lets other runspaces use it' {
            $store = Connect-MeshStore
            1..4 | ForEach-Object -Parallel {
                Import-Module (Join-Path $using:root 'MeshSecrets.psd1')
                $null = New-MeshSecret "s$_" x -Store $using:store
            }
            @(Get-MeshSecret).Count | Should -Be 4
        }
    }

    Context 'Set-MeshStore' {
        It 'changes the protector without writing a record anew' {
            $path = New-Path
            $null = Connect-MeshStore $path -Create
            $null = New-MeshSecret x y
            $records = Get-ChildItem (Join-Path $path 'segments') | Get-FileHash
            (Set-MeshStore -Passphrase $right -PassThru).Location | Should -Be $path
            $after = Get-ChildItem (Join-Path $path 'segments') | Get-FileHash
            $records.Hash | Where-Object { $_ -notin $after.Hash } | Should -BeNullOrEmpty
            Get-MeshStore | Disconnect-MeshStore
            (Get-Failure { Connect-MeshStore $path }).FullyQualifiedErrorId | Should -BeLike 'StorePassphraseRequired,*'
            $null = Connect-MeshStore $path -Passphrase $right
            Set-MeshStore -KeyFile (Join-Path $TestDrive 'new.key')
            Get-MeshStore | Disconnect-MeshStore
            (Get-Failure { Connect-MeshStore $path -Passphrase $right }).FullyQualifiedErrorId | Should -BeLike 'StoreProtectorMismatch,*'
            $null = Connect-MeshStore $path
            Set-MeshStore -UseDefaultKeyFile
            Remove-Item (Join-Path $TestDrive 'new.key')
            Get-MeshStore | Disconnect-MeshStore
            $null = Connect-MeshStore $path
            Get-MeshSecret x -AsPlainText | Should -Be 'y'
        }

        It 'changes how many versions are kept' {
            $null = New-MeshSecret x 1
            Set-MeshStore -VersionsKept 1
            Set-MeshSecret x 2
            (Get-MeshSecret x -AllVersions).Version | Should -Be 2
        }

        It 'changes nothing with -WhatIf, and refuses to change nothing' {
            $null = Connect-MeshStore
            $before = Get-FileHash "$env:MESHSECRETS_STORE/store.json"
            Set-MeshStore -Passphrase $right -VersionsKept 2 -WhatIf
            (Get-FileHash "$env:MESHSECRETS_STORE/store.json").Hash | Should -Be $before.Hash
            (Get-Failure { Set-MeshStore }).FullyQualifiedErrorId | Should -Be 'StoreChangeMissing,MeshSecrets.Commands.SetMeshStoreCommand'
            (Get-Failure { Set-MeshStore -VersionsKept 0 }).FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
        }
    }

    Context 'Test-MeshStore' {
        It 'finds nothing wrong with a sound store' {
            $null = New-MeshSecret x y
            Test-MeshStore | Should -BeNullOrEmpty
            Test-MeshStore -Quiet | Should -BeTrue
            Get-MeshStore | Test-MeshStore -Quiet | Should -BeTrue
        }

        It 'says what is wrong with a damaged one, connected or not' {
            $null = New-MeshSecret x ('y' * 1000)
            Edit-Record $env:MESHSECRETS_STORE
            $finding = @(Test-MeshStore)
            $finding[0].FindingId | Should -Be 'RecordAltered'
            $finding[0].Message | Should -Not -BeNullOrEmpty
            Get-MeshStore | Disconnect-MeshStore
            @(Test-MeshStore -Store $env:MESHSECRETS_STORE).FindingId | Should -Contain 'RecordAltered'
            Test-MeshStore -Quiet | Should -BeFalse
        }

        It 'notices a missing file and a shortened trail' {
            1..3 | ForEach-Object { $null = New-MeshSecret "x$_" y }
            Get-MeshStore | Disconnect-MeshStore
            $trail = Get-ChildItem $env:MESHSECRETS_STORE -File | Where-Object Name -Like 'audit*'
            $lines = [IO.File]::ReadAllLines($trail)
            [IO.File]::WriteAllText($trail, ($lines[0..1] + $lines[3..9] -join "`n") + "`n")
            @(Test-MeshStore).Count | Should -BeGreaterThan 0
            Get-ChildItem "$env:MESHSECRETS_STORE/segments" | Select-Object -First 1 | Remove-Item
            Test-MeshStore -Quiet | Should -BeFalse
        }

        It 'says that there is none' {
            (Get-Failure { Test-MeshStore }).FullyQualifiedErrorId | Should -Be 'StoreNotFound,MeshSecrets.Commands.TestMeshStoreCommand'
            Test-Path $env:MESHSECRETS_STORE | Should -BeFalse
        }
    }

    Context 'Backup-MeshStore and Restore-MeshStore' {
        BeforeEach {
            $null = New-MeshSecret x one
            Set-MeshSecret x two
            $file = New-Path
        }

        It 'bring back everything: values, versions, the trail' {
            (Backup-MeshStore $file -Passphrase $right).FullName | Should -Be $file
            $store = Restore-MeshStore $file (New-Path) -Passphrase $right -StorePassphrase $wrong
            "$($store.IsDefault)" | Should -Be 'False'
            Get-MeshSecret x -Store $store -AsPlainText | Should -Be 'two'
            Get-MeshSecret x -Store $store -Version 1 -AsPlainText | Should -Be 'one'
            (Get-MeshStoreAudit -Store $store).Action | Select-Object -First 3 | Should -Be @('initialize', 'create', 'update')
            Test-MeshStore -Store $store -Quiet | Should -BeTrue
            $store | Disconnect-MeshStore
            (Connect-MeshStore $store.Location -Passphrase $wrong).Location | Should -Be $store.Location
        }

        It 'use a key file, given or usual' {
            $null = Backup-MeshStore $file -KeyFile (Join-Path $TestDrive 'backup.key')
            (Restore-MeshStore $file (New-Path) -KeyFile (Join-Path $TestDrive 'backup.key')).Kind | Should -Be 'Embedded'
            $null = Backup-MeshStore $file -Force
            (Get-Item $file | Restore-MeshStore -Destination (New-Path)).Kind | Should -Be 'Embedded'
        }

        It 'write nothing with -WhatIf' {
            Backup-MeshStore $file -WhatIf
            Test-Path $file | Should -BeFalse
            $null = Backup-MeshStore $file -Passphrase $right
            $folder = New-Path
            Restore-MeshStore $file $folder -Passphrase $right -WhatIf
            Test-Path $folder | Should -BeFalse
        }

        It 'refuse <Case> with <Id>' -ForEach @(
            @{ Case = 'to overwrite'; Id = 'PathExists'; Script = { Set-Content $file 1; Backup-MeshStore $file -Passphrase $right } }
            @{ Case = 'to back up what is damaged'; Id = 'StoreDamaged'; Script = { Edit-Record $env:MESHSECRETS_STORE; Backup-MeshStore $file -Passphrase $right } }
            @{ Case = 'a wrong passphrase'; Id = 'BackupPassphraseWrong'; Script = { $null = Backup-MeshStore $file -Passphrase $right; Restore-MeshStore $file (New-Path) -Passphrase $wrong } }
            @{ Case = 'a folder with content'; Id = 'RestoreTargetNotEmpty'; Script = { $null = Backup-MeshStore $file -Passphrase $right; Restore-MeshStore $file $TestDrive -Passphrase $right } }
            @{ Case = 'a missing backup'; Id = 'PathNotFound'; Script = { Restore-MeshStore $file (New-Path) -Passphrase $right } }
            @{ Case = 'what is no backup'; Id = 'BackupAltered'; Script = { Set-Content $file 'something else'; Restore-MeshStore $file (New-Path) -Passphrase $right } }
            @{ Case = 'an altered backup'; Id = 'BackupAltered'; Script = { $null = Backup-MeshStore $file -Passphrase $right; $b = [IO.File]::ReadAllBytes($file); $b[-20] = $b[-20] -bxor 1; [IO.File]::WriteAllBytes($file, $b); Restore-MeshStore $file (New-Path) -Passphrase $right } }
            @{ Case = 'two protectors'; Id = 'StoreProtectorAmbiguous'; Script = { Set-Content $file 1; Restore-MeshStore $file (New-Path) -Passphrase $right -KeyFile x } }
        ) {
            (Get-Failure $Script).FullyQualifiedErrorId | Should -BeLike "$Id,MeshSecrets.Commands.*MeshStoreCommand"
        }
    }

    Context 'Get-MeshStoreAudit' {
        It 'tells who did what and when' {
            $start = [datetime]::UtcNow.AddSeconds(-2)
            $null = New-MeshSecret x one -Namespace shop
            $null = Get-MeshSecret x -AsPlainText
            Remove-MeshSecret x -Namespace shop -Confirm:$false
            $all = @(Get-MeshStoreAudit)
            $all.Action | Should -Be @('initialize', 'create', 'reveal', 'remove')
            $all.Sequence | Should -Be @(1, 2, 3, 4)
            "$($all[1].Name) $($all[1].Namespace) $($all[1].Version) $($all[1].Store)" | Should -Be 'x shop 1 default'
            $all[1].Actor | Should -BeLike '?*@?*'
            $all[1].Time | Should -BeGreaterThan $start
            (Get-MeshStoreAudit x -Action re*).Action | Should -Be @('reveal', 'remove')
            @(Get-MeshStoreAudit -After (Get-Date).AddHours(-1)).Count | Should -Be 4
            Get-MeshStoreAudit -After (Get-Date).AddHours(1) | Should -BeNullOrEmpty
        }

        It 'ends at a line that was altered' {
            $null = New-MeshSecret x one
            $trail = Get-ChildItem $env:MESHSECRETS_STORE -File | Where-Object Name -Like 'audit*'
            [IO.File]::WriteAllText($trail, [IO.File]::ReadAllText($trail).Replace('create', 'crXate'))
            (Get-Failure { Get-MeshStoreAudit }).FullyQualifiedErrorId | Should -Be 'StoreAuditAltered,MeshSecrets.Commands.GetMeshStoreAuditCommand'
        }
    }
}

Describe 'The scopes of the store are offered' {
    BeforeAll {
        $scoped = Connect-MeshStore (Join-Path $TestDrive 'scoped') -Create -Name scoped -Verbose 4>&1
        $null = New-MeshSecret one 'a value' -Mesh harbour -Store scoped
        $null = New-MeshSecret two 'a value' -Namespace shipping -Store scoped
    }

    AfterAll { Disconnect-MeshStore scoped }

    It 'says that the store is the default one now' {
        ($scoped | Where-Object { $_ -is [Management.Automation.VerboseRecord] }) -join ' ' | Should -Match 'scoped is now the default store'
    }

    It 'for <Line>' -ForEach @(
        @{ Line = 'Get-MeshSecret -Mesh har'; Offered = 'harbour' }
        @{ Line = 'Get-MeshTlsKey -Namespace '; Offered = 'shipping' }
        @{ Line = 'Export-MeshSecret x -TargetNamespace shi'; Offered = 'shipping' }
        @{ Line = 'Export-MeshCaBundle x -TargetMesh har'; Offered = 'harbour' }
        @{ Line = 'ConvertTo-MeshManifest -TargetMesh har'; Offered = 'harbour' }
    ) {
        (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText | Should -Be $Offered
    }
}
