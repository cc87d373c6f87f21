# Bringing secrets out, and in again, as a user meets it.
BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'MeshSecrets.psd1') -Force
    $kept = $env:MESHSECRETS_STORE, $env:XDG_CONFIG_HOME
    $env:XDG_CONFIG_HOME = Join-Path $TestDrive 'config'

    # All that a secret is, but for what its store made of it.
    function Get-Whole([object] $Store) {
        Get-MeshSecret -Store $Store | ForEach-Object {
            $data = foreach ($key in $_.DataKeys) { "$key=$((Get-MeshSecret $_.Name -Key $key -AsByteArray -Store $Store -Mesh $_.Mesh -Namespace $_.Namespace -Global:$_.Global) -join ',')" }
            $marks = $_.Labels, $_.Annotations | ForEach-Object { $_.GetEnumerator() | ForEach-Object { "$($_.Key)=$($_.Value)" } }
            "$_ $($_.Type) $($marks -join ';') $($data -join ';')"
        }
    }

    function Get-ErrorId([scriptblock] $Script) {
        $ErrorActionPreference = 'Continue'
        try { & $Script 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] } | ForEach-Object { $_.FullyQualifiedErrorId -replace ',.*' } }
        catch { $_.FullyQualifiedErrorId -replace ',.*' }
    }

    # Not in TestDrive, which is emptied between blocks.
    $base = (New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) "export-$([guid]::NewGuid())")).FullName
    $store = Connect-MeshStore (Join-Path $base 'store') -Create
    $null = New-MeshCa ca
    $null = New-MeshTlsKey web -Issuer ca -DnsName web.shop.svc -Namespace shop
    $odd = @{ empty = ''; 'b.c' = [byte[]] (0..255); text = "grün`nzwei" }
    $null = New-MeshSecret odd -Namespace shop -Data $odd -Label @{ 'example.com/x' = 'on'; z = '007' } -Annotation @{ n = "a: b`n'q' `"x`" ---" }
    $null = New-MeshSecret typed -Namespace shop -Value x -Type example.com/own
    $kuma = "type: Secret`nname: u`nmesh: m`nlabels: { a: '1' }`ndata: aGk=`n---`ntype: GlobalSecret`nname: g`ndata: aGk=`n---`napiVersion: v1`nkind: Secret`nmetadata: { name: s, namespace: kuma-system, labels: { kuma.io/mesh: m1 } }`ntype: system.kuma.io/secret`ndata: { value: aGk= }`n"
    $gateway = "apiVersion: networking.istio.io/v1`nkind: Gateway`nmetadata:`n  name: shop`n  namespace: shop`n  annotations:`n    note: `"1.0`"`nspec:`n  servers:`n  - hosts:`n    - `"*`"`n    port:`n      number: 443`n      name: https`n      protocol: HTTPS`n    tls:`n      mode: SIMPLE`n      credentialName: web"
    $null = $kuma, '---', $gateway | Import-MeshSecret
}

AfterAll {
    Get-MeshStore | Disconnect-MeshStore
    Remove-Item -Recurse $base
    $env:MESHSECRETS_STORE, $env:XDG_CONFIG_HOME = $kept
}

Describe 'Export-MeshSecret' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
    }

    It 'loses nothing on the way out and in: <Case>' -ForEach @(
        @{ Case = 'YAML'; Path = 'all.yaml'; Parameters = @{} }
        @{ Case = 'JSON'; Path = 'all.json'; Parameters = @{} }
        @{ Case = 'YAML by name'; Path = 'all.txt'; Parameters = @{ As = 'yaml' }; Rename = 'all.yml' }
        @{ Case = 'a folder of YAML'; Path = 'out/'; Parameters = @{} }
        @{ Case = 'a folder of JSON'; Path = 'out/'; Parameters = @{ As = 'json' } }
        @{ Case = 'folders of files'; Path = 'out'; Parameters = @{ As = 'Folder' } }
    ) {
        $files = Get-MeshSecret | Where-Object { $_.Type -ne 'meshsecrets.io/ca' } | Export-MeshSecret -Path "$folder/$Path" -AsPlainText @Parameters
        $files | Should -Not -BeNullOrEmpty
        if (-not $IsWindows) { $files.UnixMode | Select-Object -Unique | Should -Be '-rw-------' }
        Get-ChildItem $folder -Recurse -Filter *.tmp | Should -BeNullOrEmpty
        if ($Rename) { Rename-Item "$folder/$Path" $Rename }

        $again = Connect-MeshStore "$folder/again" -Create -NoDefault
        (Import-MeshSecret -LiteralPath ($Rename ? "$folder/$Rename" : "$folder/$Path") -Store $again).Status | Select-Object -Unique | Should -Be 'Created'
        Get-Whole $again | Should -Be @(Get-Whole $store | Where-Object { $_ -notlike '*meshsecrets.io/ca *' })
    }

    It 'keeps even authorities in folders of files' {
        $null = Export-MeshSecret ca $folder -As Folder -AsPlainText -IncludePrivateKey
        $again = Connect-MeshStore "$folder/again" -Create -NoDefault
        "$(Import-MeshSecret $folder/ca -Store $again)" | Should -Be 'global/ca'
        Get-Whole $again | Should -Be (Get-Whole $store)[0]
    }

    It 'gives a stored resource as it went in' {
        $null = Export-MeshSecret gateway.shop "$folder/g.yaml" -AsPlainText
        (Get-Content "$folder/g.yaml" -Raw).Trim() | Should -Be "---`n$gateway"
    }

    It 'writes a PEM folder that programs read, and takes one that others made' {
        $null = Export-MeshSecret web $folder -As Folder -AsPlainText
        if (-not $IsWindows) { (Get-Item "$folder/web").UnixMode | Should -Be 'drwx------' }
        (Get-MeshCertificate "$folder/web/tls.crt").DnsName | Should -Be 'web.shop.svc'
        Remove-Item "$folder/web/@secret.yaml"
        $again = Connect-MeshStore "$folder/again" -Create -NoDefault
        "$(Import-MeshSecret "$folder/web" -Store $again)" | Should -Be 'mesh/default/web'
        "$(Import-MeshSecret "$folder/web" -Store $again -Namespace test -Mesh m)" | Should -Be 'namespace/test/mesh/m/web'
        "$(Import-MeshSecret "$folder/web" -Store $again -Global)" | Should -Be 'global/web'
        (Get-MeshTlsKey web -Global -Store $again).Thumbprint | Should -Be (Get-MeshTlsKey web).Thumbprint
    }

    It 'writes PKCS#12, and takes it' {
        $password = ConvertTo-SecureString 'p' -AsPlainText
        (Export-MeshSecret web "$folder/w.p12" -Password $password).Name | Should -Be 'w.p12'
        $again = Connect-MeshStore "$folder/again" -Create -NoDefault
        $key = Import-MeshSecret "$folder/w.p12" -Password $password -Namespace shop -Store $again
        "$key $($key.Thumbprint)" | Should -Be "namespace/shop/w $((Get-MeshTlsKey web).Thumbprint)"
        Get-MeshSecret w -Key tls.key -AsPlainText -Store $again | Should -Be (Get-MeshSecret web -Key tls.key -AsPlainText)
        (Export-MeshSecret web "$folder/many/" -As Pkcs12 -Password $password).Name | Should -Be 'web.p12'
        Get-ErrorId { Import-MeshSecret "$folder/w.p12" -Store $again } | Should -Be 'Pkcs12PasswordRequired'
        Get-ErrorId { Export-MeshSecret web "$folder/x.p12" } | Should -Be 'PasswordMissing'
        Get-ErrorId { Export-MeshSecret odd "$folder/x.p12" -Password $password } | Should -Be 'FormatCannotCarry'
        $null = Copy-MeshSecret web -NewName marked -Namespace shop
        Set-MeshTlsKey marked -Namespace shop -Label @{ team = 'shop' }
        Get-ErrorId { Export-MeshSecret marked "$folder/x.p12" -Password $password } | Should -Be 'FormatCannotCarry'
        Get-ErrorId { Export-MeshSecret web, typed "$folder/y.p12" -Namespace shop -Password $password } | Should -Be 'FormatCannotCarry'
        Remove-MeshSecret marked -Namespace shop -Confirm:$false
        Test-Path "$folder/x.p12" | Should -BeFalse
    }

    It 'writes values only on demand, and has it noted' {
        Get-ErrorId { Export-MeshSecret odd "$folder/x.yaml" } | Should -Be 'ExportNeedsPlainText'
        Test-Path "$folder/x.yaml" | Should -BeFalse
        $before = @(Get-MeshStoreAudit -Action export).Count
        $null = Export-MeshSecret odd, web "$folder/x.yaml" -Namespace shop -AsPlainText
        @(Get-MeshStoreAudit -Action export).Count | Should -Be ($before + 2)
    }

    It 'overwrites only on demand' {
        Set-Content "$folder/x.yaml" 'mine'
        Get-ErrorId { Export-MeshSecret odd "$folder/x.yaml" -AsPlainText } | Should -Be 'FileExists'
        Get-Content "$folder/x.yaml" | Should -Be 'mine'
        $null = Export-MeshSecret odd "$folder/x.yaml" -AsPlainText -Force
        Get-Content "$folder/x.yaml" -Raw | Should -Match 'name: odd'
        $null = Export-MeshSecret odd $folder -As Folder -AsPlainText
        Get-ErrorId { Export-MeshSecret odd $folder -As Folder -AsPlainText } | Should -Be 'FileExists'
        (Export-MeshSecret odd $folder -As Folder -AsPlainText -Force).Count | Should -Be 4
    }

    It 'removes with -Force what is no value any more, and what it put there itself only' {
        $null = New-MeshSecret shrunk -Namespace shop -Data @{ a = '1'; b = '2' }
        $null = Export-MeshSecret shrunk $folder -As Folder -AsPlainText
        Remove-MeshSecret shrunk -Namespace shop -Confirm:$false
        $null = New-MeshSecret shrunk -Namespace shop -Data @{ a = '1' }
        $null = Export-MeshSecret shrunk $folder -As Folder -AsPlainText -Force
        (Get-ChildItem "$folder/shrunk").Name | Should -Be '@secret.yaml', 'a'
        Set-Content "$folder/shrunk/.a.swp" 'old'
        Get-ErrorId { Export-MeshSecret shrunk $folder -As Folder -AsPlainText -Force } | Should -Be 'FolderHasOtherFile'
        Get-ErrorId { Import-MeshSecret $folder -WhatIf } | Should -Be 'FolderHasOtherFile'
        Remove-MeshSecret shrunk -Namespace shop -Confirm:$false
    }

    It 'follows no link in folders of files' -Skip:$IsWindows {
        $null = New-Item -ItemType Directory "$folder/victim", "$folder/out"
        $null = New-Item -ItemType SymbolicLink "$folder/out/odd" -Value "$folder/victim"
        Get-ErrorId { Export-MeshSecret odd "$folder/out" -As Folder -AsPlainText } | Should -Be 'FolderHasLink'
        Get-ChildItem "$folder/victim" | Should -BeNullOrEmpty
        Get-ErrorId { Import-MeshSecret "$folder/out" -WhatIf } | Should -Be 'FolderHasLink'
        Remove-Item "$folder/out/odd"
        $null = Export-MeshSecret odd "$folder/out" -As Folder -AsPlainText
        Remove-Item "$folder/out/odd/text"
        $null = New-Item -ItemType SymbolicLink "$folder/out/odd/text" -Value /etc/hostname
        Get-ErrorId { Import-MeshSecret "$folder/out" -WhatIf } | Should -Be 'FolderHasLink'
    }

    It 'refuses what a form cannot carry, and writes the rest' {
        $null = New-MeshSecret plain x
        Get-ErrorId { Export-MeshSecret plain, odd "$folder/x.yaml" -AsPlainText } | Should -Be 'FormatCannotCarry'
        (Get-Content "$folder/x.yaml" | ConvertFrom-MeshManifest).Name | Should -Be 'odd'
        Get-ErrorId { Export-MeshSecret plain "$folder/y.yaml" -AsPlainText -TargetMesh other } | Should -Be 'FormatCannotCarry'
        Test-Path "$folder/y.yaml" | Should -BeFalse
        Get-ErrorId { Export-MeshSecret odd "$folder/y.yaml" -AsPlainText -Format KumaUniversal } | Should -Be 'KumaSecretWithoutMesh'
        Get-ErrorId { Export-MeshSecret gateway.shop "$folder/y.yaml" -AsPlainText -TargetNamespace other } | Should -Be 'ScopeConflict'
        Get-ErrorId { Export-MeshSecret odd "$folder/y.yaml" -AsPlainText -Format None } | Should -Be 'FormatUnknown'
        Remove-MeshSecret plain -Confirm:$false
    }

    It 'sends a secret to another scope' {
        $null = Export-MeshSecret odd "$folder/n.yaml" -AsPlainText -TargetNamespace other
        (Get-Content "$folder/n.yaml" | ConvertFrom-MeshManifest).Namespace | Should -Be 'other'
        $null = Export-MeshSecret u "$folder/k.yaml" -AsPlainText -TargetNamespace kuma-system
        $moved = Get-Content "$folder/k.yaml" | ConvertFrom-MeshManifest
        "$($moved.Namespace) $($moved.Mesh) $($moved.Type)" | Should -Be 'kuma-system m system.kuma.io/secret'
        $null = Export-MeshSecret s "$folder/u.yaml" -AsPlainText -Format KumaUniversal
        "$(Get-Content "$folder/u.yaml" | ConvertFrom-MeshManifest | ForEach-Object { "$($_.Kind) $($_.Mesh)" })" | Should -Be 'Secret m1'
    }

    It 'does not let files of two scopes overwrite one another' {
        $null = New-MeshSecret odd -Namespace other -Value x
        Get-ErrorId { Export-MeshSecret odd "$folder/out/" -AsPlainText } | Should -Be 'ExportOverwrites'
        Get-ChildItem "$folder/out" | Should -HaveCount 1
        Remove-MeshSecret odd -Namespace other -Confirm:$false
    }

    It 'does not write two objects of one identity into a file: <_>' -ForEach 'x.yaml', 'x.json' {
        $null = New-MeshSecret odd -Namespace other -Value x
        Get-ErrorId { Export-MeshSecret odd "$folder/$_" -AsPlainText -TargetNamespace z } | Should -Be 'ExportOverwrites'
        Get-ChildItem $folder | Should -BeNullOrEmpty
        (Export-MeshSecret odd "$folder/$_" -AsPlainText).Name | Should -Be $_
        Remove-MeshSecret odd -Namespace other -Confirm:$false
    }

    It 'leaves authorities out unless their keys are asked for' {
        $files = Export-MeshSecret -Path "$folder/all/" -As Folder -AsPlainText -WarningVariable warned -WarningAction SilentlyContinue
        $files | Should -Not -BeNullOrEmpty
        Test-Path "$folder/all/ca" | Should -BeFalse
        "$warned" | Should -BeLike '1 authority was left out*-IncludePrivateKey*'
        Get-ErrorId { Export-MeshSecret ca "$folder/ca.yaml" -AsPlainText -TargetNamespace x } | Should -Be 'FormatNeedsPrivateKey'
        Get-ErrorId { Get-MeshSecret ca | Export-MeshSecret -Path "$folder/ca.yaml" -AsPlainText -TargetNamespace x } | Should -Be 'FormatNeedsPrivateKey'
        Test-Path "$folder/ca.yaml" | Should -BeFalse
        $null = Export-MeshSecret * "$folder/every/" -As Folder -AsPlainText -IncludePrivateKey -WarningVariable warned
        "$warned" | Should -BeNullOrEmpty
        Get-Content "$folder/every/ca/tls.key" -Raw | Should -Match 'PRIVATE KEY'
    }

    It 'writes nothing with -WhatIf' {
        Export-MeshSecret "$folder/x.yaml" -Name * -AsPlainText -WhatIf | Should -BeNullOrEmpty
        Get-ChildItem $folder | Should -BeNullOrEmpty
    }

    It 'leaves no part of a file when it is ended' {
        { Export-MeshSecret odd, none "$folder/x.yaml" -AsPlainText -ErrorAction Stop } | Should -Throw -ErrorId 'SecretNotFound,*'
        Get-ChildItem $folder | Should -BeNullOrEmpty
        Get-ErrorId { Export-MeshSecret none "$folder/x.yaml" -AsPlainText } | Should -Be 'SecretNotFound'
        Get-ErrorId { Export-MeshSecret odd "$folder/none/x.yaml" -AsPlainText } | Should -Be 'FolderMissing'
    }
}

Describe 'ConvertTo-MeshManifest' {
    It 'writes a text for each, which is read again' {
        $texts = Get-MeshSecret -Namespace shop | ConvertTo-MeshManifest -AsPlainText
        $texts | Should -HaveCount (@(Get-MeshSecret -Namespace shop).Count)
        $again = Connect-MeshStore (Join-Path $TestDrive ([guid]::NewGuid())) -Create -NoDefault
        ($texts | Import-MeshSecret -Store $again).Status | Select-Object -Unique | Should -Be 'Created'
        Get-Whole $again | Should -Be @(Get-Whole $store | Where-Object { $_ -like 'namespace/shop/*' })
    }

    It 'writes authorities only when their keys are asked for' {
        $found = Get-MeshSecret ca, typed | ConvertTo-MeshManifest -AsPlainText -TargetNamespace x -ErrorAction SilentlyContinue -ErrorVariable failed
        $found | Should -Match 'name: typed'
        $failed.FullyQualifiedErrorId | Should -BeLike 'FormatNeedsPrivateKey,*'
        Get-MeshSecret ca | ConvertTo-MeshManifest -AsPlainText -IncludePrivateKey -TargetNamespace x | Should -Match 'tls.key: '
    }

    It 'writes JSON' {
        $json = Get-MeshSecret typed | ConvertTo-MeshManifest -As json -AsPlainText | ConvertFrom-Json
        "$($json.kind) $($json.metadata.name) $($json.type) $($json.data.value)" | Should -Be 'Secret typed example.com/own eA=='
    }

    It 'writes values only on demand, and resources always' {
        Get-ErrorId { Get-MeshSecret typed | ConvertTo-MeshManifest } | Should -Be 'ExportNeedsPlainText'
        Get-ErrorId { $kuma | ConvertFrom-MeshManifest | ConvertTo-MeshManifest } | Select-Object -Unique | Should -Be 'ExportNeedsPlainText'
        Get-MeshSecret gateway.shop | ConvertTo-MeshManifest | Should -Be "---`n$gateway"
        $gateway | ConvertFrom-MeshManifest | ConvertTo-MeshManifest | Should -Be "---`n$gateway"
    }

    It 'changes the form of a manifest without a store' {
        $universal = "type: Secret`nname: u`nmesh: m`ndata: aGk=`n" | ConvertFrom-MeshManifest | ConvertTo-MeshManifest -Format KumaKubernetes -AsPlainText | ConvertFrom-MeshManifest
        "$($universal.ApiVersion) $($universal.Namespace) $($universal.Mesh)" | Should -Be 'v1 kuma-system m'
        $same = "type: Secret`nmesh: m`nname: u`ndata: aGk=" 
        $same | ConvertFrom-MeshManifest | ConvertTo-MeshManifest -AsPlainText | Should -Be "---`n$same"
    }

    It 'names the fields that a form has no place for' {
        $text = "apiVersion: v1`nkind: Secret`nmetadata: { name: s, namespace: kuma-system, labels: { kuma.io/mesh: m }, ownerReferences: [] }`nimmutable: true`ntype: system.kuma.io/secret`ndata: { value: aGk= }"
        $null = $text | ConvertFrom-MeshManifest | ConvertTo-MeshManifest -Format KumaUniversal -AsPlainText -ErrorAction SilentlyContinue -ErrorVariable failed
        "$failed" | Should -BeLike "*'immutable', 'metadata.ownerReferences'*"
        "$failed" | Should -Not -Match 'manifest-fields'
    }

    It 'turns resources of Kuma into the other form: <Kind>' -ForEach @(
        @{ Kind = 'Mesh'
            Universal = "type: Mesh`nname: m`nlabels:`n  a: b`nmtls:`n  enabledBackend: ca-1"
            Kubernetes = "apiVersion: kuma.io/v1alpha1`nkind: Mesh`nmetadata:`n  name: m`n  labels:`n    a: b`nspec:`n  mtls:`n    enabledBackend: ca-1"
        }
        @{ Kind = 'MeshTrust'
            Universal = "type: MeshTrust`nmesh: m`nname: t`nspec:`n  trustDomain: x"
            Kubernetes = "apiVersion: kuma.io/v1alpha1`nkind: MeshTrust`nmetadata:`n  name: t`n  namespace: kuma-system`n  labels:`n    kuma.io/mesh: m`nspec:`n  trustDomain: x"
        }
        @{ Kind = 'MeshGateway'
            Universal = "type: MeshGateway`nmesh: m`nname: g`nconf:`n  listeners: []"
            Kubernetes = "apiVersion: kuma.io/v1alpha1`nkind: MeshGateway`nmetadata:`n  name: g`nmesh: m`nspec:`n  conf:`n    listeners: []"
        }
    ) {
        $Universal | ConvertFrom-MeshManifest | ConvertTo-MeshManifest -Format KumaKubernetes | Should -Be "---`n$Kubernetes"
        $Kubernetes | ConvertFrom-MeshManifest | ConvertTo-MeshManifest -Format KumaUniversal | Should -Be "---`n$Universal"
        $Kubernetes | ConvertFrom-MeshManifest | ConvertTo-MeshManifest -Format KumaKubernetes | Should -Be "---`n$Kubernetes"
        $Universal | ConvertFrom-MeshManifest | ConvertTo-MeshManifest -Format KumaUniversal | Should -Be "---`n$Universal"
        $null = $Universal | Import-MeshSecret -SkipUnknown -OutVariable kept
        if ($kept) {
            $null = $kept | Export-MeshSecret -Path "$TestDrive/$Kind.yaml" -Format KumaKubernetes -AsPlainText
            (Get-Content "$TestDrive/$Kind.yaml" -Raw).Trim() | Should -Be "---`n$Kubernetes"
            $kept | Remove-MeshSecret -Purge -Confirm:$false
        }
    }

    It 'moves resources of Kuma, and what the server wrote stays behind' {
        $trust = "apiVersion: kuma.io/v1alpha1`nkind: MeshTrust`nmetadata: { name: t, namespace: kuma-system, uid: x, labels: { kuma.io/mesh: m, a: b }, annotations: { n: x } }`nspec: { trustDomain: x }`nstatus: {}" | ConvertFrom-MeshManifest
        $moved = $trust | ConvertTo-MeshManifest -Format KumaKubernetes -TargetMesh other -TargetNamespace system
        $moved | Should -Not -Match 'uid|status'
        $moved | Should -Match 'n: x'
        $moved | ConvertFrom-MeshManifest | ForEach-Object { "$($_.Namespace) $($_.Mesh)" } | Should -Be 'system other'
        Get-ErrorId { $trust | ConvertTo-MeshManifest -Format KumaUniversal } | Should -Be 'FormatCannotCarry'
    }

    It 'refuses what it cannot turn: <Case>' -ForEach @(
        @{ Case = 'another mesh product'; Text = "apiVersion: networking.istio.io/v1`nkind: Gateway`nmetadata: { name: g }"; Parameters = @{ Format = 'KumaUniversal' }; Id = 'FormatCannotCarry' }
        @{ Case = 'a kind not known'; Text = "type: Zone`nname: z"; Parameters = @{ Format = 'KumaKubernetes' }; Id = 'FormatCannotCarry' }
        @{ Case = 'a form of other secrets'; Text = "type: Mesh`nname: m"; Parameters = @{ Format = 'Kubernetes' }; Id = 'FormatCannotCarry' }
        @{ Case = 'a Mesh to another mesh'; Text = "type: Mesh`nname: m"; Parameters = @{ Format = 'KumaKubernetes'; TargetMesh = 'n' }; Id = 'ScopeConflict' }
        @{ Case = 'a scope without a form'; Text = "type: MeshTrust`nmesh: m`nname: t`nspec: {}"; Parameters = @{ TargetNamespace = 'x' }; Id = 'ScopeConflict' }
    ) {
        Get-ErrorId { $Text | ConvertFrom-MeshManifest | ConvertTo-MeshManifest @Parameters } | Should -Be $Id
    }
}
