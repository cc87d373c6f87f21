# Authorities in the forms that meshes have: written, read again, refused. The default store of a home of its own is used.
BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'MeshSecrets.psd1')
    $null = New-MeshCa root-ca
    $null = New-MeshCa next-root
    $null = New-MeshCa mesh-ca -Issuer root-ca

    function Get-ErrorId([scriptblock] $Script) {
        try { $null = & $Script } catch { return ($_.FullyQualifiedErrorId -split ',')[0] }
    }
    function Get-Mode([string] $Path) { (Get-Item $Path).UnixMode }
}

Describe 'Export-MeshCaBundle -Format' {
    It 'writes a manifest that only its owner can read' -Skip:$IsWindows {
        $file = Join-Path $TestDrive 'cacerts.yaml'
        $written = Export-MeshCaBundle mesh-ca -Format IstioCacerts -Path $file -IncludePrivateKey
        $written.Format | Should -Be 'IstioCacerts'
        $written.Path | Should -Be $file
        $written.Certificates.Subject | Should -Be 'CN=mesh-ca', 'CN=root-ca'
        Get-Mode $file | Should -Be '-rw-------'
        $text = Get-Content $file -Raw
        'ca-cert.pem', 'ca-key.pem', 'cert-chain.pem', 'root-cert.pem' | ForEach-Object { $text | Should -Match "(?m)^  $([regex]::Escape($_)): " }
        $text | Should -Match '(?m)^  namespace: istio-system$'
    }

    It 'writes a folder with a file of each value' -Skip:$IsWindows {
        $folder = Join-Path $TestDrive 'values/cacerts'
        $null = Export-MeshCaBundle mesh-ca -Format IstioCacerts -Path $folder -IncludePrivateKey
        (Get-ChildItem $folder).Name | Should -Be 'ca-cert.pem', 'ca-key.pem', 'cert-chain.pem', 'root-cert.pem'
        Get-Mode (Join-Path $folder 'ca-key.pem') | Should -Be '-rw-------'
        (Get-MeshCertificate (Join-Path $folder 'root-cert.pem')).Subject | Should -Be 'CN=root-ca'
    }

    It 'notes in the audit trail that a key left' {
        $null = Export-MeshCaBundle mesh-ca -Format IstioCacerts -AsString -IncludePrivateKey
        $last = Get-MeshStoreAudit | Select-Object -Last 1
        $last.Action | Should -Be 'export'
        $last.Name | Should -Be 'mesh-ca'
    }

    It 'takes names and namespaces of the mesh' {
        $text = Export-MeshCaBundle root-ca -Format IstioCaRootCert -TargetNamespace shop -AsString
        $text | Should -Match '(?m)^kind: ConfigMap$'
        $text | Should -Match '(?m)^  namespace: shop$'
    }

    It 'gathers several roots where only certificates are wanted' {
        $written = Export-MeshCaBundle root-ca, next-root -Format IstioCaRootCert
        $written.Certificates.Subject | Should -Be 'CN=root-ca', 'CN=next-root'
    }

    It 'writes no key unasked, and none where it has no place' {
        Get-ErrorId { Export-MeshCaBundle mesh-ca -Format IstioCacerts -AsString -ErrorAction Stop } | Should -Be 'FormatNeedsPrivateKey'
        Get-ErrorId { Export-MeshCaBundle mesh-ca -Format IstioCaRootCert -IncludePrivateKey -AsString -ErrorAction Stop } | Should -Be 'FormatWithoutPrivateKey'
    }

    It 'wants one authority where the form is of one' {
        Get-ErrorId { Export-MeshCaBundle root-ca, mesh-ca -Format IstioCacerts -IncludePrivateKey -AsString -ErrorAction Stop } | Should -Be 'FormatOfOneAuthority'
        Get-ErrorId { Export-MeshCaBundle none -Format IstioCacerts -IncludePrivateKey -AsString -ErrorAction Stop } | Should -Be 'SecretNotFound'
    }

    It 'names the forms that there are' {
        $failure = { Export-MeshCaBundle mesh-ca -Format Istioo -AsString -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Match '^FormatUnknown,'
        $failure.Exception.Message | Should -Match 'IstioCacerts'
        (TabExpansion2 'Export-MeshCaBundle x -Format IstioCac').CompletionMatches.CompletionText | Should -Contain 'IstioCacerts'
    }

    It 'overwrites nothing unasked, and with -WhatIf writes nothing' {
        $file = Join-Path $TestDrive 'kept.yaml'
        Set-Content $file 'mine'
        Get-ErrorId { Export-MeshCaBundle mesh-ca -Format IstioCacerts -Path $file -IncludePrivateKey -ErrorAction Stop } | Should -Be 'FileExists'
        Export-MeshCaBundle mesh-ca -Format IstioCacerts -Path $file -IncludePrivateKey -Force -WhatIf
        Get-Content $file | Should -Be 'mine'
    }
}

Describe 'Import-MeshCa -Path' {
    It 'recognizes what a mesh has, and issues with it' {
        $file = Join-Path $TestDrive 'again.yaml'
        $null = Export-MeshCaBundle mesh-ca -Format IstioCacerts -Path $file -IncludePrivateKey
        $imported = Import-MeshCa again -Path $file
        $imported.Thumbprint | Should -Be (Get-MeshCa mesh-ca).Thumbprint
        (New-MeshTlsKey from-again -Issuer again -DnsName a.example).Issuer | Should -Be 'global/again'
    }

    It 'takes a path as it is written' {
        $file = Join-Path $TestDrive 'a[1].yaml'
        Set-Content -LiteralPath $file (Export-MeshCaBundle mesh-ca -Format IstioCacerts -AsString -IncludePrivateKey)
        (Get-Item -LiteralPath $file | Import-MeshCa literal).Thumbprint | Should -Be (Get-MeshCa mesh-ca).Thumbprint
    }

    It 'reads a folder of values' {
        $folder = Join-Path $TestDrive 'folder/cacerts'
        $null = Export-MeshCaBundle mesh-ca -Format IstioCacerts -Path $folder -IncludePrivateKey
        (Import-MeshCa from-folder -Path $folder -Format IstioCacerts).Thumbprint | Should -Be (Get-MeshCa mesh-ca).Thumbprint
    }

    It 'keeps the roots that the mesh trusts beside its own, and writes them again' {
        $roots = Join-Path $TestDrive 'next.pem'
        $null = Export-MeshCaBundle next-root -Path $roots
        $file = Join-Path $TestDrive 'both.yaml'
        $null = Export-MeshCaBundle mesh-ca -CertificatePath $roots -Format IstioCacerts -Path $file -IncludePrivateKey
        $null = Import-MeshCa both -Path $file
        (Export-MeshCaBundle both).Certificates.Subject | Should -Be 'CN=root-ca', 'CN=next-root'
        $again = Join-Path $TestDrive 'both-again.yaml'
        $null = Export-MeshCaBundle both -Format IstioCacerts -Path $again -IncludePrivateKey
        Get-Content $again -Raw | Should -Be (Get-Content $file -Raw)
    }

    It 'keeps the order of the roots, by whose bytes Istio knows its bundle' {
        $folder = Join-Path $TestDrive 'order/cacerts'
        $null = Export-MeshCaBundle mesh-ca -Format IstioCacerts -Path $folder -IncludePrivateKey
        $roots = (Export-MeshCaBundle next-root -AsString) + (Export-MeshCaBundle root-ca -AsString)
        Set-Content (Join-Path $folder 'root-cert.pem') $roots -NoNewline
        $null = Import-MeshCa order -Path $folder
        $again = Join-Path $TestDrive 'order-again'
        $null = Export-MeshCaBundle order -Format IstioCacerts -Path $again -IncludePrivateKey
        Get-Content (Join-Path $again 'root-cert.pem') -Raw | Should -Be $roots
    }

    It 'refuses what is no authority, and changes nothing' {
        $bundle = Join-Path $TestDrive 'roots.yaml'
        Set-Content $bundle (Export-MeshCaBundle root-ca -Format IstioCaRootCert -AsString)
        Get-ErrorId { Import-MeshCa no -Path $bundle -ErrorAction Stop } | Should -Be 'FormatIncomplete'
        $other = Join-Path $TestDrive 'other.yaml'
        Set-Content $other "apiVersion: v1`nkind: ConfigMap`nmetadata: { name: x }`ndata: { a: b }"
        Get-ErrorId { Import-MeshCa no -Path $other -ErrorAction Stop } | Should -Be 'FormatUnrecognized'
        Get-ErrorId { Import-MeshCa no -Path (Join-Path $TestDrive 'none.yaml') -ErrorAction Stop } | Should -Be 'PathNotFound'
        Get-MeshCa no -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It 'refuses roots that do not verify the chain' {
        $folder = Join-Path $TestDrive 'wrong/cacerts'
        $null = Export-MeshCaBundle mesh-ca -Format IstioCacerts -Path $folder -IncludePrivateKey
        Add-Content (Join-Path $folder 'cert-chain.pem') (Export-MeshCaBundle root-ca -AsString) -NoNewline
        Set-Content (Join-Path $folder 'root-cert.pem') (Export-MeshCaBundle next-root -AsString) -NoNewline
        Get-ErrorId { Import-MeshCa no -Path $folder -ErrorAction Stop -WarningAction SilentlyContinue } | Should -Be 'AuthorityRootNotTrusted'
        Get-MeshCa no -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It 'warns of what the mesh would refuse, and of nothing else' {
        # A root that allows no authority below itself, and one below it: istiod loads it, and proxies refuse every workload.
        $until = [datetimeoffset]::UtcNow.AddYears(1)
        $make = {
            param($subject, $key, $pathLength)
            $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new($subject, $key, 'SHA256')
            $request.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509BasicConstraintsExtension]::new($true, $true, $pathLength, $true))
            $request.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509KeyUsageExtension]::new('KeyCertSign, CrlSign', $true))
            $request.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509SubjectKeyIdentifierExtension]::new($request.PublicKey, $false))
            $request
        }
        $curve = [Security.Cryptography.ECCurve+NamedCurves]::nistP256
        $rootKey = [Security.Cryptography.ECDsa]::Create($curve)
        $key = [Security.Cryptography.ECDsa]::Create($curve)
        $root = (& $make 'CN=Narrow Root' $rootKey 0).CreateSelfSigned([datetimeoffset]::UtcNow.AddDays(-1), $until)
        $below = (& $make 'CN=Below' $key 0).Create($root, [datetimeoffset]::UtcNow.AddDays(-1), $until, [byte[]](1..9))
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive 'narrow/cacerts')
        Set-Content (Join-Path $folder 'ca-cert.pem') $below.ExportCertificatePem()
        Set-Content (Join-Path $folder 'ca-key.pem') $key.ExportPkcs8PrivateKeyPem()
        Set-Content (Join-Path $folder 'cert-chain.pem') $below.ExportCertificatePem()
        Set-Content (Join-Path $folder 'root-cert.pem') $root.ExportCertificatePem()
        $null = Import-MeshCa narrow -Path $folder -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -Match 'IstioCaPathLengthShort'

        $clean = Join-Path $TestDrive 'clean/cacerts'
        $null = Export-MeshCaBundle mesh-ca -Format IstioCacerts -Path $clean -IncludePrivateKey
        $null = Import-MeshCa unwarned -Path $clean -WarningVariable none
        $none | Should -BeNullOrEmpty
    }

    It 'refuses a key of another certificate' {
        $folder = Join-Path $TestDrive 'mixed/cacerts'
        $null = Export-MeshCaBundle mesh-ca -Format IstioCacerts -Path $folder -IncludePrivateKey
        Set-Content (Join-Path $folder 'ca-key.pem') (Get-MeshSecret next-root -Global -Key tls.key -AsPlainText) -NoNewline
        Get-ErrorId { Import-MeshCa no -Path $folder -ErrorAction Stop } | Should -Be 'KeyCertificateMismatch'
    }

    It 'imports nothing with -WhatIf' {
        $file = Join-Path $TestDrive 'whatif.yaml'
        $null = Export-MeshCaBundle mesh-ca -Format IstioCacerts -Path $file -IncludePrivateKey
        Import-MeshCa whatif -Path $file -WhatIf
        Get-MeshCa whatif -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }
}
