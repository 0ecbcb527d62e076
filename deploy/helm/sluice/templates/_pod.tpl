{{/* The pod of controller and HAProxy, for a Deployment and for a DaemonSet. */}}
{{- define "sluice.pod" -}}
serviceAccountName: {{ include "sluice.serviceAccount" . | quote }}
# HAProxy must not have the controller's credentials: its container gets no token.
automountServiceAccountToken: false
# A Service of ours would give each container variables such as SLUICE_PORT, which are ours.
enableServiceLinks: false
terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
securityContext: {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- if eq .Values.kind "Deployment" }}
{{- with .Values.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- range . }}
  - labelSelector:
      matchLabels: {{- include "sluice.selector" $ | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}
containers:
  - name: sluice
    {{- include "sluice.controller" . | nindent 4 }}
  - name: haproxy
    {{- include "sluice.haproxy" . | nindent 4 }}
  - name: agent
    {{- include "sluice.agent" . | nindent 4 }}
  {{- with .Values.extraContainers }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
volumes:
  # HAProxy's files and sockets. In memory, so that no private key reaches the node's disk.
  - name: run
    emptyDir:
      medium: Memory
      sizeLimit: {{ .Values.stateSizeLimit | quote }}
  - name: token
    projected:
      sources:
        - serviceAccountToken:
            path: token
            expirationSeconds: 3607
        - configMap:
            name: kube-root-ca.crt
            items:
              - key: ca.crt
                path: ca.crt
        - downwardAPI:
            items:
              - path: namespace
                fieldRef:
                  fieldPath: metadata.namespace
  {{- with .Values.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- define "sluice.haproxy" -}}
image: {{ include "sluice.image" .Values.haproxy.image }}
imagePullPolicy: {{ .Values.haproxy.image.pullPolicy }}
# Waits for the files that the controller writes; haproxy.cfg is the last of them. Where HAProxy refuses them, the
# controller is told why, and removes that file when it has written others.
command:
  - sh
  - -c
  - |
    trap 'exit 0' TERM USR1
    until [ -e /run/sluice/state/haproxy.cfg ] && [ ! -e /run/sluice/state/refused ] &&
      haproxy -c -f /run/sluice/state/haproxy.cfg -f /run/sluice/state/backends.cfg > /run/sluice/state/refused.new 2>&1; do
      [ ! -s /run/sluice/state/refused.new ] || mv /run/sluice/state/refused.new /run/sluice/state/refused
      sleep 0.2
    done
    exec haproxy -W -q -S /run/sluice/state/master.sock,level,admin -f /run/sluice/state/haproxy.cfg -f /run/sluice/state/backends.cfg
ports:
  - name: http
    containerPort: 8080
    {{- if .Values.hostPorts.enabled }}
    hostPort: {{ .Values.hostPorts.http }}
    {{- end }}
  - name: https
    containerPort: 8443
    {{- if .Values.hostPorts.enabled }}
    hostPort: {{ .Values.hostPorts.https }}
    {{- end }}
  - name: health
    containerPort: 9091
    {{- if .Values.hostPorts.enabled }}
    hostPort: {{ .Values.hostPorts.health }}
    {{- end }}
  {{- if .Values.sharedLimits.enabled }}
  - name: peers
    containerPort: {{ .Values.sharedLimits.port }}
  {{- end }}
# No livenessProbe: until the first files are there nobody listens, and that is right. A worker that hangs is ended
# by HAProxy's own watchdog, and a master that loses its worker ends, so that it is started again.
# It answers only when it runs, and it only runs with a complete state.
readinessProbe:
  httpGet:
    path: /healthz
    port: health
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 3
# New connections arrive until everybody has heard that this pod goes. After that comes the image's stop signal,
# SIGUSR1: no new connections, and those that are open finish.
lifecycle:
  preStop:
    sleep:
      seconds: {{ .Values.drainSeconds }}
resources: {{- toYaml .Values.haproxy.resources | nindent 2 }}
securityContext: {{- toYaml .Values.securityContext | nindent 2 }}
volumeMounts:
  - name: run
    mountPath: /run/sluice
{{- end }}

{{- define "sluice.agent" -}}
image: {{ include "sluice.controllerImage" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
# Answers what HAProxy asks it: which credentials are right. It has no token, and no port.
args:
  - agent
  - --state-dir=/run/sluice/state
# As long as HAProxy's, and after it the agent answers what was asked.
lifecycle:
  preStop:
    sleep:
      seconds: {{ .Values.drainSeconds }}
resources: {{- toYaml .Values.agent.resources | nindent 2 }}
securityContext: {{- toYaml .Values.securityContext | nindent 2 }}
volumeMounts:
  - name: run
    mountPath: /run/sluice
{{- end }}
