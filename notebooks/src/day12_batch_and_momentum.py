# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="en" name="title"
# # Day 12 · Find out what batches and momentum do
#
# Training rarely uses all examples at once, and rarely takes a step by the present gradient alone. Today you drag the batch size and the momentum weight, and see trajectories, noise and escapes change under your finger. Some sentences of the lecture hold, some hold only under conditions, and one disagrees with the lecture's own plot. You will see which.
#
# **What you'll do.** Drag points and sliders. Predict five times before you look. Write six short functions; a check reads each and names the mistake if there is one.
#
# **What you'll learn.**
# - to keep epochs, updates and changed parameters apart;
# - how the noise of a mini-batch depends on its size, and what it can and cannot do;
# - to read a comparison of batch sizes: the same epochs, the same updates, or the same seconds?
# - what momentum remembers, and how that changes the path;
# - which knobs make it fast, and what it shares with a particle swarm.
#
# **What you'll need.** Day 11, or its words: gradient, Hessian, eigenvalue, saddle point. A little NumPy.
#
# | Section | Minutes |
# |---|---|
# | 1 · Cut the examples into batches | 16 |
# | 2 · Try the two extremes | 12 |
# | 3 · Measure the noise | 12 |
# | 4 · Time an update, and an epoch | 12 |
# | 5 · Read the accuracies with care | 15 |
# | 6 · See when noise helps | 14 |
# | 7 · Look for flat and sharp minima | 25 |
# | 8 · Rebuild the lecture's table | 8 |
# | 9 · Give the point a memory | 16 |
# | 10 · Roll a ball over hills | 10 |
# | 11 · Choose the two knobs | 12 |
# | 12 · Compare four forms of momentum | 10 |
# | 13 · Meet a swarm | 8 |
# | 14 · Watch the curvature while a network trains | 12 |
# | 15 · Race, and conclude | 10 |
#
# Sections 1–8 make a first lesson of nearly two hours, sections 9–15 a second. If time is short, section 7 can end before "Measure it".

# %% [markdown] lang="zh"
# # 第 12 天 · 弄清楚批次和动量起什么作用
#
# 训练很少一次用上所有样本（example），走一步也很少只看眼前的梯度（gradient）。今天你来拖动批次大小（batch size）和动量（momentum）的权重，看路径、噪声（noise）和“逃离”怎样跟着变。这一讲里的说法，有的成立，有的要加上条件才成立，还有一句和课上自己的图对不上。是哪几句，你会亲眼看到。
#
# **你要做什么。** 拖动点和滑块；先猜后看，一共五次；写六个短小的函数，每个都有检查单元，写错了会告诉你错在哪里。
#
# **你会学到什么。**
# - 把轮（epoch）、更新（update）和被改动的参数分清楚；
# - 小批次（mini-batch）的噪声和批次大小有什么关系，它能做什么，不能做什么；
# - 看到比较批次大小的结果，先问一句：比的是同样的轮数、同样的更新次数，还是同样的时间？
# - 动量记住了什么，路径又因此怎样改变；
# - 旋钮怎么调才快，以及动量和粒子群（particle swarm）有什么共同之处。
#
# **你需要什么。** 学过第 11 天，或者知道那里的词：梯度、海森矩阵（Hessian）、特征值（eigenvalue）、鞍点（saddle point）。会一点 NumPy。
#
# | 小节 | 分钟 |
# |---|---|
# | 1 · 把样本切成批次 | 16 |
# | 2 · 试试两个极端 | 12 |
# | 3 · 量一量噪声 | 12 |
# | 4 · 给一次更新和一轮计时 | 12 |
# | 5 · 小心解读准确率 | 15 |
# | 6 · 看看噪声什么时候有用 | 14 |
# | 7 · 找平坦和尖锐的最小值 | 25 |
# | 8 · 重做这一讲的表 | 8 |
# | 9 · 让点有记忆 | 16 |
# | 10 · 让球滚过小山 | 10 |
# | 11 · 选两个旋钮 | 12 |
# | 12 · 比较动量的四种写法 | 10 |
# | 13 · 认识粒子群 | 8 |
# | 14 · 看着网络训练，也看着曲率 | 12 |
# | 15 · 比一场，再下结论 | 10 |
#
# 第 1–8 节可以作第一次课，将近两小时；第 9–15 节作第二次课。时间不够的话，第 7 节可以在“量一量”之前结束。

# %% [markdown] lang="en" name="how-to"
# **How to use this page.** Run the cells in order with Shift + Enter. Drag the round handle in a figure, or press Tab until it is framed and use the arrow keys (with Shift: smaller steps). *Run All* goes through to the end, exercises unsolved.
#
# > **On Binder** the session ends after some minutes without activity, and your work goes with it. Before a break: *File → Download*.
#
# **Credits.** The content follows "Tips for training: batch and momentum" from Hung-yi Lee's course Machine Learning 2021 at National Taiwan University: slides `small-gradient-v7.pdf`, pages 17–36, cited here as "slide 19". All figures are redrawn from formulas and numbers. What stands on slides 21, 22 and 24 as a curve was read off the plots, within about half a pixel. Questions marked **Q** were asked by a learner in published notes on this lecture. Where the lecture needs a correction, the text says so and shows why.

# %% [markdown] lang="zh"
# **怎样使用这一页。** 按 Shift + Enter 依次运行各个单元格。图里的圆形手柄可以拖动；也可以按 Tab 选中它，再用方向键移动（同时按住 Shift 步子更小）。*Run All* 可以一路运行到底，练习没做也没关系。
#
# > **在 Binder 上**，几分钟没有操作，会话就会结束，你写的东西也会丢失。休息之前请先保存到本地：*File → Download*。
#
# **出处。** 内容跟随李宏毅（Hung-yi Lee）在台湾大学的课程 Machine Learning 2021 中的一讲 “Tips for training: batch and momentum”，幻灯片 `small-gradient-v7.pdf` 第 17–36 页，下文写作“幻灯片第 19 页”。图都是按公式和数字重画的。幻灯片第 21、22、24 页的曲线，数值是从图上读出来的，误差大约半个像素。标有 **Q** 的问题，是一位学习者在公开的听课笔记里提出的。凡是需要更正的地方，文中都会说明，并给出理由。

# %% name="setup"
import numpy as np

from lecture_lib.exercises import day12
from lecture_lib.explorers import predict, predictions_so_far, speak
from lecture_lib.surfaces import SURFACES

speak("en")  # "zh" for the Chinese edition

# %% [markdown] lang="en"
# ## 1 · Cut the examples into batches
#
# What does one step of training look at? The loss of $N$ examples is their mean, $L(\theta) = \frac1N \sum_i \ell_i(\theta)$. Slide 19 cuts the examples into **batches** of $B$ and takes a step after each one: $g$ is the gradient of that batch's mean loss, then $\theta \leftarrow \theta - \eta\, g$ with the learning rate $\eta$. Three names for three sizes:
#
# - $B = N$ · **full batch**: one step after seeing everything;
# - $B = 1$ · **stochastic gradient descent** in the narrow sense: a step after every example;
# - in between · **mini-batches**.
#
# One pass through all batches is an **epoch**. (The slide writes $g^3$ in its third step; it should be $g^2$.)
#
# ### Predict 1
#
# $N = 1000$ examples, batch size $B = 100$. How many updates does one epoch make?
#
# - **A** · 100, one for each example of a batch.
# - **B** · 10.
# - **C** · 1000.

# %% [markdown] lang="zh"
# ## 1 · 把样本切成批次
#
# 训练走一步，看的是什么？$N$ 个样本的损失（loss）是它们的平均，$L(\theta) = \frac1N \sum_i \ell_i(\theta)$。幻灯片第 19 页把样本切成**批次**（batch），每批 $B$ 个，每看完一批走一步：$g$ 是这一批的平均损失的梯度，然后 $\theta \leftarrow \theta - \eta\, g$，其中 $\eta$ 是学习率（learning rate）。三种大小，三个名字：
#
# - $B = N$ · **全批次**（full batch）：看完所有样本才走一步；
# - $B = 1$ · 狭义的**随机梯度下降**（stochastic gradient descent）：每个样本走一步；
# - 介于两者之间 · **小批次**（mini-batch）。
#
# 把所有批次过一遍，叫一**轮**（epoch）。（幻灯片第三步写的是 $g^3$，应为 $g^2$。）
#
# ### 预测 1
#
# 样本 $N = 1000$ 个，批次大小 $B = 100$。一轮更新几次？
#
# - **A** · 100 次，批次里每个样本一次。
# - **B** · 10 次。
# - **C** · 1000 次。

# %% name="predict-epoch"
predict("epoch")

# %% [markdown] lang="en"
# <details><summary>Answer</summary>
#
# **B**. There are ten batches, and each makes one update. Mind the words: "100 batches" and "batch size 100" are different things.
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>答案</summary>
#
# **B**。一共十个批次，每个批次更新一次。注意说法：“100 个批次”和“批次大小 100”是两回事。
#
# </details>

# %% [markdown] lang="en"
# In the figure each row is one update, each column one example; a mark says that the example is in that update's batch. Change $N$, $B$ and the two boxes. (The network here has $P = 2$ parameters.)

# %% [markdown] lang="zh"
# 图里每一行是一次更新，每一列是一个样本；有标记，就说明这个样本在那次更新的批次里。改一改 $N$、$B$ 和两个勾选框。（这里的网络有 $P = 2$ 个参数。）

# %% name="epoch-counter"
from lecture_lib.explorers import EpochCounter

EpochCounter()

# %% [markdown] lang="en"
# ### Q · "How many parameters does an epoch update? nums(batch) × parameters"
#
# Three counts are easily mixed up. With $N$ examples, batch size $B$ and $P$ parameters:
#
# | what | how many |
# |---|---|
# | updates in one epoch | $\lceil N/B \rceil$, one for each batch |
# | parameters that one update changes | $P$, all of them at once |
# | single numbers changed in one epoch | $\lceil N/B \rceil \cdot P$ |
#
# So an epoch updates all $P$ parameters, each of them $\lceil N/B \rceil$ times. The formula in the question is the third count. The notes' next sentence, "with 100 batches each parameter is updated 100 times", is right. The brackets mean: round up, for the last batch may be smaller and still makes a whole update (some programs drop it; that is the box "drop a partial last batch").

# %% [markdown] lang="zh"
# ### Q · “一个 epoch 更新多少个参数？nums(batch) × parameters”
#
# 有三个数很容易混在一起。样本 $N$ 个，批次大小 $B$，参数 $P$ 个：
#
# | 数的是什么 | 有多少 |
# |---|---|
# | 一轮里的更新次数 | $\lceil N/B \rceil$，每个批次一次 |
# | 一次更新改动的参数 | $P$ 个，一次全部都改 |
# | 一轮里改动数值的总次数 | $\lceil N/B \rceil \cdot P$ |
#
# 所以，一轮会更新全部 $P$ 个参数，每个更新 $\lceil N/B \rceil$ 次。问题里的公式算的是第三个数。笔记接着说“有 100 个 batch，每个参数会被更新 100 次”，这句是对的。括号的意思是向上取整：最后一个批次可能小一些，但照样更新一次（有的程序会把它丢掉，就是勾选框“最后一批不满就丢掉”）。

# %% name="three-counts"
from lecture_lib.batching import updates_per_epoch

for examples, batch_size in ((10_000, 10), (1000, 100), (20, 1), (60_000, 1000), (50_000, 256)):
    updates = updates_per_epoch(examples, batch_size)
    dropped = updates_per_epoch(examples, batch_size, drop_last=True)
    print(
        f"N = {examples:6}  B = {batch_size:4}  updates {updates:5}  last batch dropped {dropped}"
    )

# %% [markdown] lang="en"
# The first two rows are the quiz from the course's first lecture: 1000 updates and 10.
#
# ### Exercise 1 · Updates of one epoch
#
# Return the number of updates that one epoch makes; the last batch counts, even if it is smaller.

# %% [markdown] lang="zh"
# 前两行是这门课第一讲里的小测验：1000 次和 10 次。
#
# ### 练习 1 · 一轮的更新次数
#
# 返回一轮的更新次数；最后一批即使小一些，也要算上。


# %%
def my_updates(examples, batch_size):
    raise NotImplementedError


# %%
day12.check_updates(my_updates)

# %% [markdown] lang="en"
# <details><summary>Answer</summary>
#
# ```python
# def my_updates(examples, batch_size):
#     return -(-examples // batch_size)
# ```
#
# `//` rounds down, and the two minus signs turn that into rounding up; `math.ceil(examples / batch_size)` does it too.
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>答案</summary>
#
# ```python
# def my_updates(examples, batch_size):
#     return -(-examples // batch_size)
# ```
#
# `//` 向下取整，加上两个负号就成了向上取整；用 `math.ceil(examples / batch_size)` 也可以。
#
# </details>

# %% [markdown] lang="en"
# ### Q · "Shuffle: perhaps the batches are cut anew after a batch?"
#
# After an **epoch**, not after a batch. Within one epoch the cut stands, so every example comes exactly once. Before the next epoch the examples are shuffled and cut again. Untick "shuffle before each epoch" above and compare the epochs: without it the same groups come in the same order for ever.

# %% [markdown] lang="zh"
# ### Q · “shuffle：有可能 batch 结束后，就会重新分一次 batch”
#
# 是在一**轮**之后，不是在一个批次之后。一轮之内，怎么切就是怎么切，所以每个样本恰好出现一次。下一轮开始之前，再把样本打乱（shuffle），重新切。把上面的“每轮之前打乱（shuffle）”去掉，比较一下各轮：不打乱的话，同样的组永远按同样的次序出现。

# %% name="two-epochs"
from lecture_lib.batching import minibatches

rng = np.random.default_rng(0)
for epoch in (1, 2):
    print(f"epoch {epoch}:", *(batch.tolist() for batch in minibatches(8, 3, rng)))

# %% [markdown] lang="en"
# ### Exercise 2 · A sampler
#
# Return one epoch as a list of index arrays: shuffled by `rng`, then cut into batches of `batch_size`; the last may be smaller. `rng.permutation(examples)` shuffles.

# %% [markdown] lang="zh"
# ### 练习 2 · 抽样器
#
# 返回一轮的批次，也就是由下标数组组成的列表：用 `rng` 打乱，再按 `batch_size` 切开；最后一批可以小一些。`rng.permutation(examples)` 用来打乱。


# %%
def my_batches(examples, batch_size, rng):
    raise NotImplementedError


# %%
day12.check_sampler(my_batches)

# %% [markdown] lang="en"
# <details><summary>Answer</summary>
#
# ```python
# def my_batches(examples, batch_size, rng):
#     order = rng.permutation(examples)
#     return [order[k : k + batch_size] for k in range(0, examples, batch_size)]
# ```
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>答案</summary>
#
# ```python
# def my_batches(examples, batch_size, rng):
#     order = rng.permutation(examples)
#     return [order[k : k + batch_size] for k in range(0, examples, batch_size)]
# ```
#
# </details>

# %% [markdown] lang="en"
# ## 2 · Try the two extremes
#
# Slide 20 lets two extremes run with $N = 20$ examples. Full batch: one step after all twenty, "long time for cooldown, but powerful". $B = 1$: twenty steps, "short time for cooldown, but noisy". The slide does not give its data; twenty points on the line $y = x$, at $x = 0, 0.5, \dots, 9.5$, with the mean squared error of $y = b + w x$ and $\eta = 0.01$, reproduce its full-batch step to the last digit that can be read.

# %% [markdown] lang="zh"
# ## 2 · 试试两个极端
#
# 幻灯片第 20 页让两个极端跑起来，样本 $N = 20$ 个。全批次：看完二十个才走一步，“long time for cooldown, but powerful”，冷却慢，但威力大。$B = 1$：走二十步，“short time for cooldown, but noisy”，冷却快，但有噪声。幻灯片没有给出数据；取直线 $y = x$ 上的二十个点，$x = 0, 0.5, \dots, 9.5$，用 $y = b + w x$ 的均方误差（mean squared error），$\eta = 0.01$，全批次的那一步就和图上读出来的完全一致。

# %% name="full-step"
from lecture_lib.batching import line_losses
from lecture_lib.momentum import descend

line, start = line_losses(), np.array([0.5, 1.5])
print("after one full-batch step (b, w) =", start - 0.01 * line.gradient(start))
theta = start
for i in (2, 16):
    theta = theta - 0.01 * line.gradient(theta, batch=[i])
    print(f"after a step by example x = {i / 2} alone: (b, w) =", theta)

# %% [markdown] lang="en"
# The slide's single examples fit less exactly: its second dot is near (0.394, 0.805), so its data was not quite this line.
#
# Drag the start. Change $B$, and let the horizontal axis of the loss count updates, epochs, examples or time: seconds as the lecture's graphics card would need them, or milliseconds measured on your machine. Which of the two extremes is faster? Guess for each axis, then switch.

# %% [markdown] lang="zh"
# 单个样本的步子对得没有这么准：幻灯片上的第二个点在 (0.394, 0.805) 附近，可见它的数据不完全在这条直线上。
#
# 拖动起点，改一改 $B$，再让损失图的横轴依次数更新、轮、样本和时间：可以是课上那块显卡要用的秒数，也可以是在你的机器上实测的毫秒数。两个极端，哪个更快？每换一种横轴，先猜一猜再看。

# %% name="batch-race"
from lecture_lib.explorers import BatchRace

BatchRace()

# %% name="orders"
full = line.loss(descend(line.gradient, start, learning_rate=0.01, steps=20).thetas[-1])
rng, ends = np.random.default_rng(0), []
for _ in range(200):
    theta = start
    for batch in minibatches(20, 1, rng):
        theta = theta - 0.01 * line.gradient(theta, batch)
    ends.append(line.loss(theta))
low, middle, high = np.quantile(ends, (0.1, 0.5, 0.9))
print(f"B = 1 after one epoch, 200 orders: median {middle:.3f}, most from {low:.2f} to {high:.2f}")
print(f"20 updates by the full batch: {full:.3f}, less than in {np.mean(full < ends):.0%} of them")

# %% [markdown] lang="en"
# **What to notice.** After one epoch both have seen the same twenty examples. The full batch has made one long, straight step, to a loss of 1.438; single examples have made twenty short, shaky ones, to 0.033 in this order of the examples, and in most orders to between 0.03 and 0.07. Now count updates instead: at first the full batch is ahead, and after twenty updates the two are nearly level: in this order $B = 1$ is a little ahead, in about three orders of four the full batch. So $B = 1$ wins the epoch by moving more often, not by moving better. And by the clock? Measured on your machine, an update with twenty examples may cost hardly more than one with a single example; section 4 says why.
#
# Single examples pull in different directions, and the path jitters; but this loss is a bowl, with one minimum and no saddle. It shows noise. It cannot show an escape. For that we need section 6.

# %% [markdown] lang="zh"
# **注意观察。** 一轮之后，两边看过的都是同样的二十个样本。全批次只走了一步，又长又直，损失到了 1.438；单个样本走了二十小步，歪歪扭扭，损失到了 0.033；这是这一种次序，换了次序，多半在 0.03 到 0.07 之间。换成按更新次数来比：起初全批次领先，二十次更新以后两者几乎打平：按这一种次序，$B = 1$ 略微领先；换了次序，大约四次里有三次是全批次略微领先。可见 $B = 1$ 在一轮里领先，靠的是走得勤，不是走得好。按时间算呢？在你的机器上实测，二十个样本更新一次，也许几乎不比一个样本贵；原因见第 4 节。
#
# 单个样本各有各的方向，所以路径会抖。不过这个损失是一只碗，只有一个最小值，没有鞍点。它能让你看到噪声，却看不到“逃离”。那要等到第 6 节。

# %% [markdown] lang="en"
# ### Exercise 3 · The batch gradient
#
# Given the gradients of all $N$ examples, one a row, and the indices of a batch, return the gradient of the batch's mean loss.

# %% [markdown] lang="zh"
# ### 练习 3 · 批次的梯度
#
# 给你全部 $N$ 个样本的梯度（每行一个）和一个批次的下标，返回这一批的平均损失的梯度。


# %%
def my_batch_gradient(gradients, batch):
    raise NotImplementedError


# %%
day12.check_batch_gradient(my_batch_gradient)

# %% [markdown] lang="en"
# <details><summary>Answer</summary>
#
# ```python
# def my_batch_gradient(gradients, batch):
#     return gradients[batch].mean(axis=0)
# ```
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>答案</summary>
#
# ```python
# def my_batch_gradient(gradients, batch):
#     return gradients[batch].mean(axis=0)
# ```
#
# </details>

# %% [markdown] lang="en"
# A batch gradient is a guess at the full gradient. Is it a fair one? Take all batches of three that can be drawn from the twenty examples, 1140 of them, and average their gradients:

# %% [markdown] lang="zh"
# 批次的梯度，是对全部样本的梯度的一个猜测。这个猜测，平均起来准不准？从二十个样本里取三个，一共有 1140 种取法；把每种取法的梯度都算出来，再取平均：

# %% name="unbiased"
from itertools import combinations

batches = list(combinations(range(20), 3))
mean = np.mean([line.gradient(start, batch=list(batch)) for batch in batches], axis=0)
print(len(batches), "batches; their mean", mean.round(6), " full", line.gradient(start).round(6))

# %% [markdown] lang="en"
# The same: the batch gradient is **unbiased**, if the batch is drawn at random. A sorted file cut from front to back gives no such promise.
#
# ## 3 · Measure the noise
#
# Unbiased says: right on average. How far off is a single batch?
#
# ### Predict 2
#
# You make the batch 100 times as large (and it is still a small part of all examples). The typical error of its gradient becomes
#
# - **A** · 100 times smaller.
# - **B** · 10 times smaller.
# - **C** · it depends on the loss.

# %% [markdown] lang="zh"
# 一模一样：只要批次是随机抽的，批次的梯度就是**无偏的**（unbiased）。如果把排好序的文件从头切到尾，就没有这个保证。
#
# ## 3 · 量一量噪声
#
# 无偏的意思是：平均来说是对的。那么单独一个批次会差多远？
#
# ### 预测 2
#
# 你把批次放大到 100 倍（仍然只占全部样本的一小部分）。它的梯度的典型误差会变成
#
# - **A** · 原来的 1/100。
# - **B** · 原来的 1/10。
# - **C** · 要看是什么损失。

# %% name="predict-noise"
predict("noise")

# %% [markdown] lang="en"
# <details><summary>Answer</summary>
#
# **B**. A mean of $B$ independent draws has the standard deviation $\sigma/\sqrt B$, whatever the loss. The price of a hundredfold batch buys a tenth of the noise.
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>答案</summary>
#
# **B**。$B$ 次独立抽取的平均，标准差（standard deviation）是 $\sigma/\sqrt B$，不管什么损失都是这个规律。批次放大到一百倍，噪声只降到十分之一。
#
# </details>

# %% [markdown] lang="en"
# Examples in one epoch are drawn without replacement, and that makes the noise a little smaller still. With $\Sigma$ the covariance of the single gradients, the covariance of the batch gradient is exactly
#
# $$\operatorname{Cov}(g_B) = \frac{\Sigma}{B} \cdot \frac{N - B}{N - 1} .$$
#
# At $B = N$ it is zero: there is only one full batch. Drag θ and $B$.

# %% [markdown] lang="zh"
# 一轮里的样本是不放回地抽的，所以噪声还要再小一点。设 $\Sigma$ 是单个样本梯度的协方差（covariance），批次梯度的协方差恰好是
#
# $$\operatorname{Cov}(g_B) = \frac{\Sigma}{B} \cdot \frac{N - B}{N - 1} .$$
#
# $B = N$ 时它等于零：全批次只有一个。拖动 θ，再改变 $B$。

# %% name="noise-cloud"
from lecture_lib.explorers import NoiseCloud

NoiseCloud()

# %% name="noise-table"
from lecture_lib.batching import gradient_noise

for batch_size in (1, 2, 4, 8, 16, 20):
    spread = np.sqrt(np.trace(gradient_noise(line, start, batch_size)))
    print(f"B = {batch_size:2}   noise {spread:6.3f}   noise × √B {spread * batch_size**0.5:6.3f}")

# %% [markdown] lang="en"
# **What to notice.** From $B = 1$ to $4$ the product noise × √B changes by less than a tenth: that is the law of the square root. Towards $B = N$ the factor $(N - B)/(N - 1)$ takes over. And drag θ to $(b, w) = (0, 1)$: there every example is fitted exactly, all twenty gradients are zero, and so is the noise, for every $B$. Noise is not a constant of the batch size. It depends on where you are.

# %% [markdown] lang="zh"
# **注意观察。** 从 $B = 1$ 到 $4$，noise × √B（噪声乘以根号 B）的变化不到十分之一：这就是平方根规律。接近 $B = N$ 时，起主要作用的是因子 $(N - B)/(N - 1)$。再把 θ 拖到 $(b, w) = (0, 1)$：在那里每个样本都拟合得分毫不差，二十个梯度全是零，于是不管 $B$ 是多少，噪声都是零。噪声不是由批次大小一个数决定的，还要看你在哪里。

# %% [markdown] lang="en"
# ## 4 · Time an update, and an epoch
#
# Does a large batch take longer? Slide 21 measured it: MNIST, a Tesla V100, batch sizes from 1 to 60,000. The lecturer's conclusion: with parallel computing a larger batch takes no longer, unless it is too large; 1 and 1000 take almost the same time.
#
# ### Predict 3
#
# In the slide's own data, how many times as long does one update take at $B = 1000$ as at $B = 1$?
#
# - **A** · About the same.
# - **B** · About 25 times.
# - **C** · About 1000 times.

# %% [markdown] lang="zh"
# ## 4 · 给一次更新和一轮计时
#
# 批次大，花的时间就长吗？幻灯片第 21 页量过：MNIST，Tesla V100，批次大小从 1 到 60,000。课上的结论是：有了并行计算（parallel computing，课上叫“平行运算”），批次大一些并不会更慢，除非大得过了头；1 和 1000 花的时间几乎一样。
#
# ### 预测 3
#
# 按幻灯片自己的数据，$B = 1000$ 时更新一次的时间，是 $B = 1$ 时的多少倍？
#
# - **A** · 差不多一样。
# - **B** · 大约 25 倍。
# - **C** · 大约 1000 倍。

# %% name="predict-time"
predict("update_time")

# %% [markdown] lang="en"
# <details><summary>Answer</summary>
#
# **B**. It is printed below. The curve looks flat because its axis has to hold 9.47 seconds.
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>答案</summary>
#
# **B**。下面会打印出来。曲线看起来是平的，因为纵轴要装得下 9.47 秒。
#
# </details>

# %% name="v100"
from lecture_lib.lecture_data import update_times

v100 = update_times()
for size, update, epoch in zip(
    v100.batch_sizes, v100.seconds_per_update, v100.seconds_per_epoch, strict=True
):
    ratio = update / v100.seconds_per_update[0]
    print(f"B = {size:5}   update {update:7.4f} s = {ratio:6.1f} ×   epoch {epoch:6.1f} s")

# %% [markdown] lang="en"
# Ten examples cost hardly more than one, a thousand cost 25 times as much, and from there on the time grows with the batch. A straight line describes it well: $t(B) = t_0 + c\,B$ with $t_0 \approx 6$ ms for starting an update at all, and $c \approx 150$ µs for each example. (At 60,000 one update is the epoch: 9.47 and 9.0 were read off two plots.) How does *your* machine compare? The next cell measures updates of a small network, 784-64-10, in NumPy, in about two seconds.

# %% [markdown] lang="zh"
# 十个样本几乎不比一个样本贵，一千个样本的时间是一个的 25 倍，再往上，时间就随着批次成比例地增长。一条直线就能描述得很好：$t(B) = t_0 + c\,B$，$t_0 \approx 6$ ms 是开动一次更新的时间，$c \approx 150$ µs 是每个样本的时间。（60,000 时一次更新就是一轮：9.47 和 9.0 是从两张图上分别读出来的。）**你的**机器怎么样？下一个单元格用 NumPy 给一个小网络（784-64-10）的更新计时，大约两秒。

# %% name="measure-updates" tags=["nbval-ignore-output"]
from lecture_lib.experiments.update_time import measure_update_times

sizes = (1, 2, 5, 10, 20, 50, 100, 1000, 10_000)
here = measure_update_times(sizes, np.random.default_rng(0))
print(here.fact)

# %% name="update-time"
from lecture_lib.explorers import UpdateTime

UpdateTime()

# %% [markdown] lang="en"
# Write `UpdateTime(here)` instead, and your machine's points join the picture. Switch the axes to logarithmic and move $B$.
#
# No graphics card computed for this page: the diamonds, the curve of a GPU, are the lecture's, measured on its V100. Have you PyTorch installed? Then `measure_update_times(sizes, np.random.default_rng(0), backend="torch")` measures with it, on your graphics card if it finds one, and `UpdateTime` shows that instead. `python benchmarks/gpu_update_times.py` records a larger network on your own card, with three ways to get a batch there.
#
# ### Q · "Not counting parallel computation"
#
# - **One example after the other**: the time of an update grows with $B$. A full batch costs as much as $N$ single steps.
# - **In parallel**: flat as long as the machine has lanes to spare, then growing with $B$ again. How long it stays flat is a property of the machine. A graphics card has thousands of lanes; a processor core has a few, and on the machine that wrote this page the time was flat only up to ten or twenty.
# - **An epoch** is $\lceil N/B \rceil$ updates, so small batches pay $t_0$ very often: 364 seconds at $B = 1$, 9 at $B = 1000$ (slide 22).
#
# One thing the line shows is not in the lecture: 150 µs for a picture of 28 × 28 pixels is slow for such a card. Probably the data did not arrive faster. We cannot check.

# %% [markdown] lang="zh"
# 改成 `UpdateTime(here)`，你的机器的点就会画进图里。把坐标轴换成对数，再移动 $B$。
#
# 这一页没有用显卡算过：菱形的那条 GPU 曲线是课上的数据，在 V100 上测得。装了 PyTorch 吗？那么 `measure_update_times(sizes, np.random.default_rng(0), backend="torch")` 会改用它来计时，找得到显卡就在显卡上算，`UpdateTime` 照样能画出来。`python benchmarks/gpu_update_times.py` 则在你自己的显卡上记录一个更大的网络，并比较把批次送到显卡上的三种方式。
#
# ### Q · “未考虑平行运算”
#
# - **样本一个接一个地算**：更新一次的时间随 $B$ 增长。全批次走一步，和单个样本走 $N$ 步一样贵。
# - **并行计算**：只要机器还有空闲的通道，时间就是平的，之后又随 $B$ 增长。能平多久，要看机器。显卡有几千条通道，处理器的一个核只有几条；在写这一页的机器上，只平到十个、二十个样本左右。
# - **一轮**有 $\lceil N/B \rceil$ 次更新，所以批次小，$t_0$ 就要付很多次：$B = 1$ 时 364 秒，$B = 1000$ 时 9 秒（幻灯片第 22 页）。
#
# 那条直线还说明了一件课上没有提的事：一张 28 × 28 像素的图要 150 µs，对这样一块显卡来说太慢了。多半是数据送不过来。我们没法查证。

# %% [markdown] lang="en"
# ### Q · The table's headings "100 examples" and "10,000 examples", and "speed with parallel: same"
#
# The slide's headings are just "Small" and "Large"; the numbers are the notes' own. And for exactly these two "same" does not hold:

# %% [markdown] lang="zh"
# ### Q · 表头“100 个样本”“10000 个样本”，以及“并行时的速度：一样”
#
# 幻灯片的表头只写了 “Small” 和 “Large”，数字是笔记自己加的。偏偏对这两个数，“一样”不成立：

# %% name="same-speed"
update, epoch = (dict(zip(v100.batch_sizes, times, strict=True)) for times in
                 (v100.seconds_per_update, v100.seconds_per_epoch))  # fmt: skip
print(f"update {update[10_000] / update[100]:.0f} ×   epoch {epoch[100] / epoch[10_000]:.1f} ×")

# %% [markdown] lang="en"
# One update at 10,000 takes 64 times as long as one at 100. An epoch, on the other hand, takes 1.6 times as long with batches of 100. "Same" describes 1 against 10.
#
# ## 5 · Read the accuracies with care
#
# If large batches are faster per epoch, why not use the largest? Slide 24 answers with accuracies on MNIST and CIFAR-10, the same network for each batch size. Read off the plot, in percent (CIFAR-10 has only 50,000 training images; there 60000 means the full batch):

# %% [markdown] lang="zh"
# 更新一次，10,000 个样本所花的时间是 100 个样本的 64 倍。反过来，跑完一轮，批次 100 所花的时间是 10,000 的 1.6 倍。“一样”说的是 1 和 10。
#
# ## 5 · 小心解读准确率
#
# 既然按一轮算大批次更快，为什么不用最大的？幻灯片第 24 页用准确率（accuracy）来回答：MNIST 和 CIFAR-10，各种批次大小用同一个网络。从图上读出来（%；CIFAR-10 的训练图片只有 50,000 张，那里的 60000 就是全批次）：

# %% name="accuracies"
from lecture_lib.lecture_data import batch_accuracies

for name, plot in batch_accuracies().items():
    print(name)
    for size, train, val in zip(plot.batch_sizes, plot.training, plot.validation, strict=True):
        print(f"  B = {size:5}   training {100 * train:5.1f}   validation {100 * val:5.1f}")

# %% [markdown] lang="en"
# ### Q · "Overfitting: compare train and test"
#
# Right, and here is the whole rule. Compare two runs of the *same* network:
#
# | training | validation or test | what it points to |
# |---|---|---|
# | worse | worse | **optimisation**: the larger batch did not find what the smaller one found |
# | equal | worse | **generalisation**: both fit the training data, one carries over less well |
#
# Slide 24 is the first row: with the largest batches training falls together with validation, so this is not overfitting. Nor is it the network's limit, for the network is the same.
#
# ### What the plot does not say
#
# - **Epochs, rate, optimiser**: not stated. If the epochs were equal, then $B = 60000$ made one update where $B = 1$ made 60,000. A bad result then says first of all: it has hardly moved.
# - **The learning rate** was probably the same. Fixed steps are unfair to large batches: they could afford longer ones.
# - **Smaller is not always better**, even here: on MNIST training accuracy at $B = 1$ is below that at 10 and 100.
# - **Validation above training** in most points: typical when the training accuracy is averaged while the network still improves. The reason is not given.

# %% [markdown] lang="zh"
# ### Q · “over fitting：比较 train 和 test”
#
# 说得对，完整的规则是这样。比较**同一个**网络的两次训练：
#
# | 训练 | 验证（validation）或测试（test） | 说明什么 |
# |---|---|---|
# | 更差 | 更差 | **优化**（optimization）的问题：大批次没有找到小批次能找到的 |
# | 一样 | 更差 | **泛化**（generalization）的问题：训练数据都拟合好了，但其中一个换了数据就差一些 |
#
# 幻灯片第 24 页属于第一行：批次最大的时候，训练和验证一起下降，所以不是过拟合（overfitting）。也不是网络能力不够，因为网络是同一个。
#
# ### 图上没有说的事
#
# - **轮数、学习率、优化器**（optimizer）：都没有写。如果轮数相同，那么 $B = 1$ 更新了 60,000 次的时候，$B = 60000$ 只更新了一次。结果差，首先说明它几乎没有动。
# - **学习率**多半也一样。固定的步长（step size）对大批次不公平：它们本来走得起更大的步子。
# - **并不是越小越好**，这里就是例子：在 MNIST 上，$B = 1$ 的训练准确率比 10 和 100 都低。
# - 多数点上**验证高于训练**：如果训练准确率是一边训练一边平均的，就常会这样。原因没有说明。

# %% [markdown] lang="en"
# **Run such a comparison yourself.** A small network, 64-32-10, learns the handwritten digits: 1437 to train on, 360 held back for validation. Six batch sizes, five networks each, the same learning rate $\eta = 0.1$, and **equal epochs**, twenty of them. That takes a few seconds. Then look at the menu: the same network with **equal updates**, 500 for every $B$, and with the best of three learning rates for each $B$. Drag $B$ to read off one batch size.

# %% [markdown] lang="zh"
# **自己来比较一次。** 一个 64-32-10 的小网络学习手写数字：1437 个用来训练，留下 360 个做验证。六种批次大小，每种训练五个网络，学习率同为 $\eta = 0.1$，**轮数相同**，都是二十轮。几秒钟就好。然后看菜单：同样的网络，还有**更新次数相同**的比较，每种 $B$ 都更新 500 次；以及每种 $B$ 在三个学习率里各用最好的一个。拖动 $B$，可以读出某一种批次大小的数字。

# %% name="batch-accuracy" tags=["nbval-ignore-output"]
from lecture_lib.experiments.batch_sweep import batch_sweep
from lecture_lib.explorers import BatchAccuracy


def tell(done, total):
    print(f"{done}/{total}", end="\n" if done == total else " ", flush=True)


sweep = batch_sweep(np.random.SeedSequence(12), mode="epochs", progress=tell)
BatchAccuracy({"epochs": sweep})

# %% [markdown] lang="en"
# **What to notice.** At equal epochs the lecture's curve appears: from $B = 4$ to the full batch, training falls from nearly 100 % to little more than half, and validation falls with it. So it is optimisation, not overfitting. In twenty epochs the full batch makes 20 updates, and $B = 4$ makes 7200.
#
# Give every $B$ the same 500 updates, and the fall is gone: from $B = 64$ to the full batch the accuracies, training or validation, differ by less than a quarter of a point. If anything, $B = 4$ is a little behind. Tune the learning rate at equal epochs, and most of the fall goes, too: the full batch takes $\eta = 1$ and reaches 92 % instead of 55 %. A gap of 8 points remains, since it still makes only 20 updates. "Small batches are better" is here mostly "more updates are better". On these digits, with this network: the lecture's plots may have other reasons as well, and their rule is not stated.
#
# What the menu shows is one draw of chance, made once and stored. The button makes another: all three rules, from the first network to the last. The page does not wait for it.

# %% [markdown] lang="zh"
# **注意观察。** 轮数相同时，课上的曲线就出来了：从 $B = 4$ 到全批次，训练准确率从接近 100 % 降到一半多一点，验证准确率也跟着下降。所以是优化的问题，不是过拟合。二十轮里，全批次只更新 20 次，$B = 4$ 更新 7200 次。
#
# 让每种 $B$ 都更新 500 次，下降就不见了：从 $B = 64$ 到全批次，无论训练还是验证，准确率相差不到四分之一个百分点；$B = 4$ 反倒略低一点。如果还是轮数相同，但学习率分别调过，下降也消去了大半：全批次用 $\eta = 1$，从 55 % 升到 92 %。剩下 8 个百分点的差距，因为它仍然只更新 20 次。“批次小更好”，在这里主要是“更新次数多更好”。这说的是这些数字、这个网络；课上的图也许还有别的原因，而且没有说明是按什么规则比的。
#
# 菜单里的结果，是用一组随机种子（seed）算出来存好的。按下面的按钮，可以换一组种子，把三种规则从头到尾再算一遍。这一页不会停下来等它。

# %% name="sweeps-anew"
from lecture_lib.explorers import Measurement

Measurement("batch_sweep")

# %% [markdown] lang="en"
# Careful studies do not all agree. Hoffer and others found that the gap comes from too few updates and can be closed by an adapted training, above all a longer one; Shallue and others, after more than 168,000 trained models, found no evidence that larger batches hurt once everything is tuned. On the other side, Masters and Luschi got their best results with batches from 2 to 32. So a fair comparison says *at equal what*: epochs, updates, or seconds. This is what the V100 of slide 21 does in one minute:

# %% [markdown] lang="zh"
# 细致的研究，结论也不完全一致。Hoffer 等人发现，差距来自更新次数太少，调整训练方案，尤其是训练久一点，就可以消除；Shallue 等人训练了十六万多个模型，在一切都调好之后，没有发现大批次有害的证据。另一边，Masters 和 Luschi 的试验里，最好的批次大小在 2 到 32 之间。所以，公平的比较要说清楚**什么相同**：轮数、更新次数，还是时间。幻灯片第 21 页的那块 V100，一分钟能做这么多：

# %% name="per-minute"
for size, seconds in update.items():
    updates = int(60 / seconds)
    print(f"B = {size:5}   {updates:5} updates   {updates * size:7} examples a minute")

# %% [markdown] lang="en"
# Many updates and many examples at once: on that machine the middle sizes offer both.
#
# ## 6 · See when noise helps
#
# Slide 25 explains why a small batch may train better. With the full batch there is one curve $L$; where its slope is zero, descent stands still. With small batches every step has its own curve: stuck on $L^1$, but on $L^2$ the slope at the same θ is not zero, so training goes on.
#
# The argument needs one thing: the batches must *disagree*. Here is a loss where they do. It asks for the frequency $w$ of a sine, $\ell_i(w) = \frac12 (\sin w x_i - \sin 3 x_i)^2$, with 64 examples $x_i$ between −4 and 4. The answer is $w = 3$, with loss 0; but there are local minima, among them near 1.04 and 4.84. We start at $w = 1$.
#
# ### Predict 4
#
# The batch size is doubled again and again: 1, 2, 4, … 64. With $\eta = 0.2$, the share of runs that get from $w = 1$ to $w = 3$ …
#
# - **A** · falls by about half each time.
# - **B** · is high, then drops to nothing within a few doublings.
# - **C** · is zero throughout: a minimum is a minimum.

# %% [markdown] lang="zh"
# 更新次数多，看过的样本也多：在那块显卡上，中间的大小两样都占。
#
# ## 6 · 看看噪声什么时候有用
#
# 小批次为什么可能训练得更好？幻灯片第 25 页这样解释。用全批次，只有一条曲线 $L$，斜率为零的地方，下降就停住。用小批次，每一步有自己的曲线：在 $L^1$ 上卡住了，可是在 $L^2$ 上，同一个 θ 处的斜率不是零，训练就能继续。
#
# 这个道理要有一个前提：各个批次的**意见不一致**（disagree，也就是梯度不同）。下面这个损失就是这样。它要找一个正弦的频率 $w$，$\ell_i(w) = \frac12 (\sin w x_i - \sin 3 x_i)^2$，64 个样本 $x_i$ 在 −4 和 4 之间。答案是 $w = 3$，损失为 0；但还有一些局部最小值（local minimum），例如在 1.04 和 4.84 附近。我们从 $w = 1$ 出发。
#
# ### 预测 4
#
# 批次大小一次次加倍：1、2、4、……、64。$\eta = 0.2$ 时，从 $w = 1$ 到达 $w = 3$ 的运行所占的比例会
#
# - **A** · 每次大约减半。
# - **B** · 先是很高，加倍几次之内就降到几乎没有。
# - **C** · 始终为零：最小值就是最小值。

# %% name="predict-escape"
predict("escape")

# %% [markdown] lang="en"
# <details><summary>Answer</summary>
#
# **B**. The table below shows it: a sharp edge, which moves with the learning rate.
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>答案</summary>
#
# **B**。看下面的表：边界很陡，而且会随学习率移动。
#
# </details>

# %% name="noise-escape"
from lecture_lib.explorers import NoiseEscape

NoiseEscape()

# %% [markdown] lang="en"
# The table behind it: 200 runs each from $w = 1$, 1000 updates, the examples reshuffled every epoch; the share that ends at $w = 3$.

# %% [markdown] lang="zh"
# 图背后的表：从 $w = 1$ 出发，每种情况运行 200 次，每次更新 1000 步，每轮重新打乱样本；表中是最后停在 $w = 3$ 的比例。

# %% name="escape-table"
from lecture_lib.experiments.noise_escape import noise_escape

table = noise_escape(np.random.default_rng(25), learning_rates=(0.1, 0.2, 0.3), runs=200)
print("B      ", *(f"{size:6}" for size in table.batch_sizes))
for rate, row in zip(table.learning_rates, table.probabilities, strict=True):
    print(f"η = {rate:3}", *(f"{share:6.2f}" for share in row))
far = np.abs(table.ends[-1, 0] - 3) > 10
print(f"η = 0.3, B = 1: {far.sum()} of {far.size} runs end more than 10 away from w = 3")

# %% [markdown] lang="en"
# **What to notice.** The edge moves with $\eta/B$: in this table about half the runs escape at $0.1/1$, $0.2/2$ and $0.3/4$, that is at $\eta/B$ of 0.1, 0.1 and 0.075. Three honest contrasts belong beside the slide; the menu of the figure leads to the last two.
#
# - **Noise is no guarantee.** Even at $B = 1$ some runs end elsewhere, a few of them far out (the last line of the table). And at $w = 3$ every example is fitted, every single gradient is zero, so the noise dies there: that is why runs that arrive stay.
# - **At a saddle point** the size of the noise matters far less. Any noise that has a part along the way down will do; twice the batch costs about twenty updates more at the figure's η, not a cliff.
# - **On Day 11's network** $(1 - w_1 w_2)^2$ from the line $w_1 = -w_2$ no batch size ever leaves: all examples' gradients point the same way, along the line. Batches that agree bring no help.

# %% [markdown] lang="zh"
# **注意观察。** 边界随 $\eta/B$ 移动：在这张表里，大约一半的运行能逃出来的地方，是 $0.1/1$、$0.2/2$ 和 $0.3/4$，也就是 $\eta/B$ 等于 0.1、0.1 和 0.075。除了幻灯片的说法，还要老实地看到三点；后两点可以在图的菜单里试。
#
# - **噪声不打包票。** 就算 $B = 1$，也有一些运行停在别处，有几次还跑得很远（表的最后一行）。在 $w = 3$，每个样本都拟合好了，单个样本的梯度全是零，噪声也就消失了：所以到了那里就留了下来。
# - **在鞍点**，噪声的大小远没有那么要紧。只要噪声里有一部分沿着往下的方向就行；按图里的 η，批次加倍大约多更新二十次，没有悬崖。
# - **第 11 天的网络** $(1 - w_1 w_2)^2$，从直线 $w_1 = -w_2$ 出发，无论批次多大都离不开：所有样本的梯度方向相同，都沿着这条直线。意见一致的批次帮不上忙。

# %% [markdown] lang="en"
# ## 7 · Look for flat and sharp minima
#
# Slide 26 reports another observation (Keskar and others, 2016): small batch 256 against large batch, a tenth of the data. F1 and F2 are fully connected networks (MNIST and TIMIT), C1 to C4 convolutional ones (CIFAR-10 twice, CIFAR-100 twice). Accuracies in percent, the small batch first:

# %% [markdown] lang="zh"
# ## 7 · 找平坦和尖锐的最小值
#
# 幻灯片第 26 页讲的是另一个现象（Keskar 等，2016）：小批次 256，大批次是数据的十分之一。F1、F2 是全连接网络（MNIST、TIMIT），C1 到 C4 是卷积网络（前两个用 CIFAR-10，后两个用 CIFAR-100）。准确率（%），小批次在前：

# %% name="keskar"
from lecture_lib.lecture_data import small_against_large

for net, row in small_against_large().items():
    print(f"{net}   training {row.train_small:5.2f} {row.train_large:5.2f}   "
          f"test {row.test_small:5.2f} {row.test_large:5.2f}   gap {row.gap:4.2f}")  # fmt: skip

# %% [markdown] lang="en"
# In five of six rows training differs by less than half a point, and in every row testing is worse with the large batch: this time it *is* generalisation, the second row of section 5's table. (The lecture once says that the small batch is worse in testing; that is a slip, the large one is.) The proposed reason is on slide 27: small batches end in **flat** minima, large ones in **sharp** ones; if the test loss is the training loss shifted a little, a flat valley hardly notices and a sharp one does. Move the shift.

# %% [markdown] lang="zh"
# 六行里有五行，训练相差不到半个百分点；而每一行里，大批次的测试都更差：这一次**确实**是泛化的问题，是第 5 节表里的第二行。（课上有一句说小批次的测试更差，那是口误，应是大批次。）幻灯片第 27 页给了一个解释：小批次停在**平坦**（flat）的最小值，大批次停在**尖锐**（sharp）的最小值；如果测试损失就是训练损失平移了一点，平坦的山谷几乎感觉不到，尖锐的就不行了。移动一下平移量。

# %% name="flat-and-sharp"
from lecture_lib.explorers import FlatAndSharp

FlatAndSharp()

# %% [markdown] lang="en"
# The lecturer adds: this is one explanation, and not everyone believes it. The figure's menu has two reasons to be careful.
#
# - **The valley.** On Day 11's surface every point of $w_1 w_2 = 1$ is the *same* network, $y = x$. Its test loss is the same on any data. Yet the sharpness $2\,(w_1^2 + w_2^2)$ goes from 4 upwards without end. So sharpness alone cannot decide how well a network generalises (Dinh and others, 2017); one has to measure it in a way that such a rescaling does not change.
# - **The step size.** Full batch, no noise at all, and still the step size chooses: plain descent cannot rest where the curvature is above $2/\eta$.

# %% [markdown] lang="zh"
# 课上还说：这只是一种解释，不是人人都相信。图的菜单里有两个要小心的理由。
#
# - **山谷。** 在第 11 天的曲面上，$w_1 w_2 = 1$ 的每一点都是**同一个**网络 $y = x$。不管用什么数据来测，测试损失都一样。可是尖锐程度（sharpness）$2\,(w_1^2 + w_2^2)$ 从 4 起，可以一直大下去。所以，光看尖锐程度，判断不了网络泛化得好不好（Dinh 等，2017）；得换一种不受这种缩放影响的量法。
# - **步长。** 用全批次，一点噪声都没有，步长照样会挑地方：曲率（curvature）大于 $2/\eta$ 的地方，普通的梯度下降（plain descent）停不下来。

# %% name="step-selects"
network = SURFACES["two_weights"]
for rate in (0.1, 0.2, 0.25, 0.3, 0.4):
    run = descend(network.gradient, [0.4, 2.2], learning_rate=rate, steps=3000)
    sharpness = 2 * (run.thetas[-1] ** 2).sum()
    end = "runs away" if run.diverged else f"ends at sharpness {sharpness:5.2f}"
    print(f"η = {rate:4}   2/η = {2 / rate:4.1f}   {end}")

# %% [markdown] lang="en"
# In these runs the larger step ends in the flatter place; with $\eta = 0.3$ at 4, the flattest point there is. At $\eta = 0.4$ it could still rest near $(1, 1)$, where the sharpness 4 is below $2/\eta = 5$; but from this start the first steps go too far.
#
# ### Measure it
#
# Do small batches end in flatter places on a real, if small, network? To compare like with like, networks that learn the handwritten digits start from the same weights, with $B = 4$ and with the full batch, and stop at the *same* training loss. There the exact Hessian gives the largest curvature $\lambda_{\max}$. Five random seeds with a fifth of the training labels wrong, five with clean labels. The picture shows a stored run; the button makes another.

# %% [markdown] lang="zh"
# 在这几次运行里，步子越大，停的地方越平坦；$\eta = 0.3$ 时停在 4，那是最平坦的一点。$\eta = 0.4$ 时，其实还可以停在 $(1, 1)$ 附近，那里的尖锐程度 4 小于 $2/\eta = 5$；只是从这个起点出发，头几步就跨得太远了。
#
# ### 量一量
#
# 换成真正的网络（虽然很小），小批次还是停在更平坦的地方吗？要比得公平，就让学手写数字的网络从同样的权重出发，一个用 $B = 4$，一个用全批次，训练到**相同**的训练损失为止。在那里，用精确的海森矩阵算出最大的曲率 $\lambda_{\max}$。五个随机种子，训练标签有五分之一是错的；再用五个种子，标签全对。图是存好的一次结果；按按钮可以再做一次。

# %% name="sharpness"
from lecture_lib.experiments.stored import stored_sharpness

for labels in ("noisy", "clean"):
    ratios = stored_sharpness(labels).ratios
    print(f"{labels} labels: λ_max at B = N over λ_max at B = 4, median {np.median(ratios):.1f}")
Measurement("sharpness")

# %% [markdown] lang="en"
# **What comes out.** At the same training loss the full batch ended in the sharper place in all ten pairs: in the median $\lambda_{\max}$ is 10.4 times as large with wrong labels, 3.2 times with clean ones.
#
# **What does not.** That flatter is better. With wrong labels the flat networks are a point ahead on the validation digits (in the median 74.1 % against 73.0 %), although their validation *loss* is higher; with clean labels they are half a point behind (94.9 % against 95.5 %). Five seeds of one small network cannot settle such differences. And look at the lengths $|\theta|$: the flat networks have the longer weight vectors, and a longer weight vector alone can make this loss flatter, without any merit. That is the valley's warning again.
#
# ### Look at a slice
#
# Two weights fit on a map. What of a network with more? Here is one that learned handwritten digits, kept after every epoch. Li and others ([arXiv 1712.09913](https://arxiv.org/abs/1712.09913)) draw a **slice** of its loss through the weights $\theta^*$:
#
# $$L(a, b) = L(\theta^* + a\,d_1 + b\,d_2), \qquad g_i = d_i^\top\, \nabla L, \qquad H_{ij} = d_i^\top\, \nabla^2 L\; d_j .$$
#
# Their $d_1$ and $d_2$ are random, but each neuron's part is made as long as that neuron's weights (*filter normalisation*; the biases stay). Multiply one ReLU layer by $c$ and divide the next by $c$: the slice stays the same, where the sharpness along the valley did not. After one epoch, do such slices show the negative eigenvalues?

# %% [markdown] lang="zh"
# **看到了什么。** 训练损失相同时，十对网络里，每一对都是全批次停在更尖锐的地方：按中位数算，有错误标签时 $\lambda_{\max}$ 是 10.4 倍，标签全对时是 3.2 倍。
#
# **没有看到什么。** 没有看到“越平坦越好”。有错误标签时，平坦的网络在验证数据上高一个百分点（中位数 74.1 % 对 73.0 %），可是它们的验证**损失**反而更大；标签全对时，又低半个百分点左右（94.9 % 对 95.5 %）。一个小网络、五个种子，定不了这样的差别。再看长度 $|\theta|$：平坦的网络，权重向量更长；而光是权重向量变长，就能让这种损失变平坦，这算不上什么优点。这正是上面“山谷”的提醒。
#
# ### 看一个切面
#
# 两个权重可以画在一张图上。权重多的网络怎么办？这里有一个学过手写数字的网络，每一轮之后都存了一份。Li 等（[arXiv 1712.09913](https://arxiv.org/abs/1712.09913)）的办法是穿过权重 $\theta^*$，画出损失的一个**切面**（slice）：
#
# $$L(a, b) = L(\theta^* + a\,d_1 + b\,d_2), \qquad g_i = d_i^\top\, \nabla L, \qquad H_{ij} = d_i^\top\, \nabla^2 L\; d_j .$$
#
# 他们的 $d_1$、$d_2$ 是随机的，只是把属于每个神经元的那一段，都缩放到和这个神经元的权重一样长（*filter normalisation*，按神经元归一化；偏置（bias）不动）。把一个 ReLU 层乘以 $c$、下一层除以 $c$，切面不变；而沿着上面的山谷，尖锐程度却会变。训练一轮之后，这样的切面看得出负的特征值吗？

# %% name="random-slices"
from lecture_lib.experiments.loss_slice import random_slice
from lecture_lib.experiments.training_path import stored_path

training, rng = stored_path(), np.random.default_rng(0)
print(training.network, "on", len(training.y), "digits:", training.network.size, "weights")
H = training.network.hessian(training.thetas[1], training.x, training.y)
all_of_them = np.linalg.eigvalsh(H)
down, up = (all_of_them[sign * all_of_them > 1e-6 * all_of_them[-1]] for sign in (-1, 1))
print(f"after epoch 1: {100 * down.size / len(H):.0f} % of all λ negative, sum {down.sum():.0f}; "
      f"sum of the positive ones {up.sum():.0f}")  # fmt: skip
cuts = [random_slice(training, rng, checkpoint=1) for _ in range(100)]
print(sum(cut.curvatures[0] > 0 for cut in cuts), "of 100 slices curve up all round")

# %% [markdown] lang="en"
# None of them does. A random direction has a little of every eigenvector, so its curvature is a weighted average of all eigenvalues. More than a fifth of them are negative here, but the positive ones together weigh about three times as much as the negative ones: these slices look convex where the loss is not.
#
# The other choice is the first two principal directions of the training itself. Drag θ over either plane, with the lens of Day 11 (every frame comes from the kernel: a network is no formula). The green line is the training, each checkpoint at the height of its own loss. Where will it run in the random plane? Guess, then choose that plane in the menu, and turn the landscape.

# %% [markdown] lang="zh"
# 一个也看不出来。随机方向里，每个特征向量（eigenvector）都占一点，所以沿着它的曲率是全部特征值的加权平均。这里的特征值有五分之一以上是负的，但论大小，正的总和大约是负的总和的三倍：损失在那里不是凸的，这些切面看上去却是凸的。
#
# 另一种选法，是训练轨迹自己的前两个主方向（principal directions）。用第 11 天的透镜，在这两个平面上拖动 θ（网络不是公式，每一帧都由内核来算）。绿线是训练的轨迹，每一份存档都画在它自己的损失高度上。在随机的平面里，它会怎么走？先猜，再从菜单里换到那个平面，并把地形转一转。

# %% name="loss-slice"
from lecture_lib.explorers import LossSlice

LossSlice()

# %% name="principal-share"
from lecture_lib.experiments.loss_slice import principal_directions

walk = np.cumsum(rng.normal(size=training.thetas.shape), axis=0)
for name, points in (("training", training.thetas), ("random walk", walk)):
    first, second = 100 * principal_directions(points)[1]
    print(
        f"{name:11}  {first:.0f} % of its movement along its first direction, {second:.0f} % along the second"
    )

# %% [markdown] lang="en"
# - **The training's own plane** holds nearly all of its movement, and the green line keeps close to the landscape. But these two directions were chosen for that: even a random walk, which is going nowhere, has three quarters of its movement in its own first two. A smooth curve on such a plane is no evidence of a valley.
# - **The random plane** holds next to nothing. The green line stands upright over one point: the training came from somewhere else, and this bowl does not show how.
# - **Both are silent** about all other directions. At the end, the plane of the training curves by 0.02 at most, and the whole loss by 1.03. A minimum of a slice need not be a minimum of the loss.
#
# ## 8 · Rebuild the lecture's table
#
# Slide 28 sums up small against large. Here it is again, each row with what this page measured or read off, and where they differ.

# %% [markdown] lang="zh"
# - **训练自己的平面**几乎装下了全部移动，绿线也贴着地形走。不过，这两个方向本来就是为此挑出来的：就连漫无目的的随机游走（random walk），在它自己的前两个主方向上也有四分之三的移动。这种平面上的一条光滑曲线，不能证明那里有山谷。
# - **随机的平面**几乎什么也没装下。绿线直直地立在一点上：训练是从别处来的，这个碗看不出它是怎么来的。
# - 其余所有方向上的情况，**两个平面都反映不出来**。在训练的终点，训练的平面里曲率最大是 0.02，而整个损失的最大曲率是 1.03。切面上的最小值，不一定是损失的最小值。
#
# ## 8 · 重做这一讲的表
#
# 幻灯片第 28 页总结了小批次和大批次。这里重做一遍：每一行都配上这一页量出来的或读出来的结果，以及不一样的地方。

# %% name="lecture-table" tags=["nbval-ignore-output"]
from IPython.display import Markdown

from lecture_lib.experiments.lecture_table import lecture_table

Markdown(lecture_table(here))

# %% [markdown] lang="en"
# "Batch size is a hyperparameter you have to decide", says the slide. It does not come alone: decide it together with the learning rate and the number of updates.
#
# Can one have both, the fish and the bear's paw (slide 29; a Chinese saying about two good things one cannot have at once)? Five papers try to keep large batches good:
#
# - **LAMB** ([arXiv 1904.00962](https://arxiv.org/abs/1904.00962)): layer-wise adapted steps; BERT in 76 minutes with a batch of 32,868.
# - **Akiba and others** ([arXiv 1711.04325](https://arxiv.org/abs/1711.04325)): ResNet-50 on ImageNet in 15 minutes, batch 32k on 1024 cards, with a slow start.
# - **SWAP** ([arXiv 2001.02312](https://arxiv.org/abs/2001.02312)): large batches to come close quickly, then the average of several small-batch finishes.
# - **LARS** ([arXiv 1708.03888](https://arxiv.org/abs/1708.03888)): a learning rate of its own for each layer.
# - **Goyal and others** ([arXiv 1706.02677](https://arxiv.org/abs/1706.02677)): scale the rate with the batch and warm it up; ImageNet in one hour with batch 8192, no loss of accuracy up to there. (The lecture's spoken "in one minute" is a slip.)

# %% [markdown] lang="zh"
# 幻灯片说：“Batch size is a hyperparameter you have to decide”，批次大小是要你来定的超参数（hyperparameter）。它不是单独定的：要和学习率、更新次数一起定。
#
# 鱼与熊掌能不能兼得（幻灯片第 29 页）？有五篇论文想让大批次也同样好：
#
# - **LAMB**（[arXiv 1904.00962](https://arxiv.org/abs/1904.00962)）：每一层各自调整步长；批次 32,868，76 分钟训练完 BERT。
# - **Akiba 等**（[arXiv 1711.04325](https://arxiv.org/abs/1711.04325)）：ImageNet 上的 ResNet-50，15 分钟，1024 块卡，批次 32k，起步时放慢。
# - **SWAP**（[arXiv 2001.02312](https://arxiv.org/abs/2001.02312)）：先用大批次快速靠近，再用小批次各自收尾，最后取平均。
# - **LARS**（[arXiv 1708.03888](https://arxiv.org/abs/1708.03888)）：每一层有自己的学习率。
# - **Goyal 等**（[arXiv 1706.02677](https://arxiv.org/abs/1706.02677)）：学习率随批次一起放大，并且先热身（warm-up）；批次 8192，一小时训练完 ImageNet，到这个大小为止准确率没有损失。（课上口头说的“一分钟”是口误。）

# %% [markdown] lang="en"
# ## 9 · Give the point a memory
#
# A heavy ball does not stop where the slope is zero (slide 31). Can a step of training have inertia, too? Plain descent moves against the gradient (slide 32). **Momentum** adds the last movement (slide 33):
#
# $$m^{t} = \beta\, m^{t-1} - \eta\, g^{t-1}, \qquad \theta^{t} = \theta^{t-1} + m^{t}, \qquad m^0 = 0 .$$
#
# (The slides write $\lambda$ for the weight. On Day 11 that was an eigenvalue, so here it is $\beta$.) In the right-hand picture all arrows are divided by the same round number $s$, so that they fit. The solid gold arrow is $\eta g$, uphill, and the dotted one its opposite $-\eta g$; dashed blue is the last movement, shrunk by $\beta$; solid blue is the new movement, the sum of dotted gold and dashed blue. Move $k$ back and forth; below, every step writes out its arithmetic. Does momentum always arrive first? Try Himmelblau's surface in the menu.

# %% [markdown] lang="zh"
# ## 9 · 让点有记忆
#
# 沉重的球，不会在斜率为零的地方停下（幻灯片第 31 页）。训练的步子能不能也有惯性（inertia）？普通的梯度下降往梯度的反方向走（幻灯片第 32 页）。**动量**再加上上一步的移动量（movement，幻灯片第 33 页）：
#
# $$m^{t} = \beta\, m^{t-1} - \eta\, g^{t-1}, \qquad \theta^{t} = \theta^{t-1} + m^{t}, \qquad m^0 = 0 .$$
#
# （幻灯片把这个权重写作 $\lambda$，第 11 天这个字母是特征值，所以这里写 $\beta$。）右图里，所有箭头都除以同一个整齐的数 $s$，这样才画得下。金色实线箭头是 $\eta g$，指向上坡，金色点线是它的反方向 $-\eta g$；蓝色虚线是缩小到 $\beta$ 倍的上一步移动量；蓝色实线是新的移动量，也就是金色点线与蓝色虚线之和。来回移动 $k$，下面会写出每一步的算式。动量总是先到吗？在菜单里换成 Himmelblau 曲面试试。

# %% name="momentum-step"
from lecture_lib.explorers import MomentumStep

MomentumStep()

# %% name="who-arrives"
from lecture_lib.surfaces import Surface

narrow, himmelblau = Surface.from_formula("0.5*w1**2 + 10*w2**2"), SURFACES["himmelblau"]
for name, surface, corner, rate in (("narrow bowl", narrow, [-1.8, 1.0], 0.04),
                                    ("Himmelblau", himmelblau, [-0.5, -3.0], 0.005)):  # fmt: skip
    for beta in (0.0, 0.8):
        run = descend(surface.gradient, corner, learning_rate=rate, momentum=beta, steps=60)
        below = surface.loss(run.thetas) < 0.01
        when = f"after {below.argmax()} steps" if below.any() else "not within 60 steps"
        print(f"{name:11}   β = {beta}   L < 0.01 {when}")

# %% [markdown] lang="en"
# So no. In the narrow bowl momentum arrives within 60 steps and plain descent does not; on Himmelblau's surface plain descent arrives sooner. There the way is short, and the ball overshoots and has to swing back: look at it in the figure.
#
# ### Exercise 4 · One step
#
# Return the new $\theta$ and the new $m$.

# %% [markdown] lang="zh"
# 可见并不总是：在狭长的碗里，60 步之内动量到了，普通的梯度下降还没有到；在 Himmelblau 曲面上，普通的梯度下降先到。那里路很短，球冲过头了还要摆回来，图里看得到。
#
# ### 练习 4 · 走一步
#
# 返回新的 $\theta$ 和新的 $m$。


# %%
def my_momentum_step(theta, movement, gradient, learning_rate, momentum):
    raise NotImplementedError


# %%
day12.check_momentum_step(my_momentum_step)

# %% [markdown] lang="en"
# <details><summary>Answer</summary>
#
# ```python
# def my_momentum_step(theta, movement, gradient, learning_rate, momentum):
#     movement = momentum * movement - learning_rate * gradient
#     return theta + movement, movement
# ```
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>答案</summary>
#
# ```python
# def my_momentum_step(theta, movement, gradient, learning_rate, momentum):
#     movement = momentum * movement - learning_rate * gradient
#     return theta + movement, movement
# ```
#
# </details>

# %% [markdown] lang="en"
# What is in $m$ after $i$ steps? Put the formula into itself (slide 34): $m^1 = -\eta g^0$, $m^2 = -\beta \eta g^0 - \eta g^1$, and so on,
#
# $$m^{i} = -\eta \sum_{k=0}^{i-1} \beta^{\,i-1-k}\, g^{k} .$$
#
# Every gradient that ever was is in it, the older the fainter. The bars are these weights.

# %% [markdown] lang="zh"
# 走了 $i$ 步之后，$m$ 里有什么？把公式一次次代入自己（幻灯片第 34 页）：$m^1 = -\eta g^0$，$m^2 = -\beta \eta g^0 - \eta g^1$，依此类推，
#
# $$m^{i} = -\eta \sum_{k=0}^{i-1} \beta^{\,i-1-k}\, g^{k} .$$
#
# 以前的每一个梯度都在里面，越早的越淡。图中的柱子就是这些权重。

# %% name="momentum-memory"
from lecture_lib.explorers import MomentumMemory

MomentumMemory()

# %% [markdown] lang="en"
# ### Exercise 5 · The movement from its memory
#
# Given all past gradients, the oldest in row 0, return the movement, without going step by step.

# %% [markdown] lang="zh"
# ### 练习 5 · 从记忆算出移动量
#
# 给你过去所有的梯度，最早的在第 0 行。不要一步步走，直接返回移动量。


# %%
def my_movement(gradients, learning_rate, momentum):
    raise NotImplementedError


# %%
day12.check_movement(my_movement)

# %% [markdown] lang="en"
# <details><summary>Answer</summary>
#
# ```python
# def my_movement(gradients, learning_rate, momentum):
#     age = np.arange(len(gradients))[::-1]
#     return -learning_rate * momentum**age @ gradients
# ```
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>答案</summary>
#
# ```python
# def my_movement(gradients, learning_rate, momentum):
#     age = np.arange(len(gradients))[::-1]
#     return -learning_rate * momentum**age @ gradients
# ```
#
# </details>

# %% [markdown] lang="en"
# If the gradient never changed, the weights would add up to $\eta\, (1 + \beta + \beta^2 + \dots) = \eta / (1 - \beta)$. With $\beta = 0.9$ that is ten times $\eta$. So part of what momentum does is a longer step, and a fair comparison puts plain descent with $\eta/(1-\beta)$ beside it. The next figure does.
#
# ## 10 · Roll a ball over hills
#
# Slide 35 walks through four places: a steep start, a plateau, a place where the slope is exactly zero, and the way uphill, where the last movement may be stronger than the slope. The curve below has them all: a flat place at 1.6 (the slide calls it a saddle point; on a curve it is an inflection), a valley at 3.0, a hill at 3.5, and a deeper valley at 4.6. The figure draws the height as $L/(1+L)$, so that the steep walls fit in.
#
# ### Predict 5
#
# The ball starts at 0, and $\eta$ is 0.02 (set it so in the figure afterwards). Which $\beta$ takes it into the deep valley?
#
# - **A** · The larger, the better: 0.9 or 0.95.
# - **B** · None; plain descent is best.
# - **C** · Something in between, such as 0.8.

# %% [markdown] lang="zh"
# 如果梯度一直不变，这些权重加起来就是 $\eta\, (1 + \beta + \beta^2 + \dots) = \eta / (1 - \beta)$。$\beta = 0.9$ 时是 $\eta$ 的十倍。可见动量的一部分作用只是步子更大；公平的比较，应该把用 $\eta/(1-\beta)$ 的普通梯度下降也放在旁边。下面的图就是这样。
#
# ## 10 · 让球滚过小山
#
# 幻灯片第 35 页走过四个地方：陡峭的起点，高原，斜率恰好为零的地方，还有上坡，在那里上一步的移动量可能比坡度更强。下面的曲线都有：1.6 处是平的（幻灯片叫它 saddle point；在曲线上，它是拐点，inflection），3.0 是山谷，3.5 是小山，4.6 是更深的山谷。为了装得下陡坡，图中的高度画的是 $L/(1+L)$。
#
# ### 预测 5
#
# 球从 0 出发，$\eta$ 是 0.02（之后请在图里也这样设）。$\beta$ 取多少，球能到达深谷？
#
# - **A** · 越大越好：0.9 或 0.95。
# - **B** · 都不行；普通的梯度下降最好。
# - **C** · 取中间的，比如 0.8。

# %% name="predict-ball"
predict("ball")

# %% [markdown] lang="en"
# <details><summary>Answer</summary>
#
# **C**. The runs are printed below the figure.
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>答案</summary>
#
# **C**。各次运行的结果打印在图的下面。
#
# </details>

# %% name="ball-on-hills"
from lecture_lib.explorers import BallOnHills

BallOnHills()


# %% name="ball-table"
def slope(w):
    return 0.35 * (w - 1.6) ** 2 * (w - 3) * (w - 3.5) * (w - 4.6)


def ends_at(rate, beta=0.0):
    run = descend(slope, [0.0], learning_rate=rate, momentum=beta, steps=4000)
    return "runs away" if run.diverged else f"{run.thetas[-1, 0]:.2f}"


for rate in (0.01, 0.02):
    for beta in (0, 0.5, 0.8, 0.9, 0.95):
        plain = ends_at(rate / (1 - beta))
        print(f"η = {rate}  β = {beta:4}  w = {ends_at(rate, beta)}   plain, η/(1−β): {plain}")

# %% [markdown] lang="en"
# **What to notice.** With $\eta = 0.01$ more memory is better, up to the deep valley. With $\eta = 0.02$ it is not: 0.5 is caught at 3.0, 0.8 arrives at 4.6, and 0.9 and 0.95 fly past 4.6, come back and end at 3.0 after all. Momentum carries; it does not choose. Look at the last column, too: plain descent with the rate $\eta/(1-\beta)$ ends in the same place, wherever it does not run away. In these runs much of the credit belongs to the longer step.
#
# ## 11 · Choose the two knobs
#
# What does $\beta$ do to the speed? Near a minimum the loss is a bowl, and along each eigenvector of the Hessian, with eigenvalue $\lambda$, let $x_k$ be the distance from the minimum. The gradient is $\lambda x_k$ and the last movement $x_k - x_{k-1}$, so a step is $x_{k+1} = (1 + \beta - \eta\lambda)\, x_k - \beta\, x_{k-1}$. In the long run each step multiplies the distance by $|z|$, with $z$ the larger root of $z^2 - (1 + \beta - \eta\lambda)\, z + \beta$:
#
# - the distance shrinks if and only if $\eta\,\lambda_{\max} < 2\,(1 + \beta)$; without momentum the limit is 2;
# - with the condition number $\kappa = \lambda_{\max}/\lambda_{\min}$, the smallest factor per step is $\frac{\kappa - 1}{\kappa + 1}$ for plain descent and $\frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}$ with momentum.
#
# Drag θ on the left for a Hessian, and $(\eta, \beta)$ on the right. Where is the fastest place, and how far is it from the edge?

# %% [markdown] lang="zh"
# **注意观察。** $\eta = 0.01$ 时，记忆越多越好，一直到深谷。$\eta = 0.02$ 时就不是了：0.5 停在 3.0，0.8 到了 4.6，0.9 和 0.95 飞过 4.6，又退回来，最后还是停在 3.0。动量带着你走，但不替你选。再看最后一列（plain）：用学习率 $\eta/(1-\beta)$ 的普通梯度下降，只要没有跑飞，都停在同一个地方。在这几次运行里，很大一部分功劳要归于步子更大。
#
# ## 11 · 选两个旋钮
#
# $\beta$ 对快慢有什么影响？在最小值附近，损失像一只碗。沿海森矩阵的每个特征向量，设特征值为 $\lambda$，$x_k$ 是到最小值的距离。梯度是 $\lambda x_k$，上一步的移动量是 $x_k - x_{k-1}$，所以走一步是 $x_{k+1} = (1 + \beta - \eta\lambda)\, x_k - \beta\, x_{k-1}$。长远来看，每走一步，距离就乘以 $|z|$，$z$ 是 $z^2 - (1 + \beta - \eta\lambda)\, z + \beta$ 模较大的根：
#
# - 当且仅当 $\eta\,\lambda_{\max} < 2\,(1 + \beta)$ 时，距离会缩小；没有动量时，界限是 2；
# - 设条件数（condition number）$\kappa = \lambda_{\max}/\lambda_{\min}$，每一步的距离，最好能缩小到原来的多少倍：普通的梯度下降是 $\frac{\kappa - 1}{\kappa + 1}$，有动量是 $\frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}$。
#
# 在左边拖动 θ，选一个海森矩阵；在右边拖动 $(\eta, \beta)$。最快的地方在哪里，离边界有多远？

# %% name="stability-map"
from lecture_lib.explorers import StabilityMap

StabilityMap()

# %% name="best-knobs"
from lecture_lib.convergence import best_descent, best_heavy_ball

for kappa in (10, 100, 1000):
    plain, ball = best_descent(1, kappa), best_heavy_ball(1, kappa)
    print(
        f"κ = {kappa:4}   steps to a thousandth: plain {plain.steps_to(1e-3):5.0f}, "
        f"momentum {ball.steps_to(1e-3):4.0f}   (η = {ball.learning_rate:.4f}, β = {ball.momentum:.3f})"
    )
    edges = 2 / kappa, 2 * (1 + ball.momentum) / kappa
    shares = plain.learning_rate / edges[0], ball.learning_rate / edges[1]
    print(f"           η as a share of its limit: plain {shares[0]:.3f}, momentum {shares[1]:.3f}")

# %% [markdown] lang="en"
# (Counted by the rate in the long run; from rest, momentum needs more, for these three κ up to nearly twice as many.)
#
# **What to notice.** Choose the long bowl in the figure, $\kappa = 100$. The fastest place lies close to the edge: with and without momentum the best η is $\kappa/(\kappa+1)$ of its limit. Make η a little larger, and it runs away. Here is what momentum is best at: long narrow valleys. The heavy ball is a good picture of moving on, and says little about why it is *fast*; Gabriel Goh's article in the references tells that story.
#
# ## 12 · Compare four forms of momentum
#
# Your framework may not compute what the slide says. Four forms are common; $g$ is always the gradient at θ:
#
# | form | rule |
# |---|---|
# | the lecture's | $m \leftarrow \beta m - \eta g$, then $\theta \leftarrow \theta + m$ |
# | PyTorch's | $v \leftarrow \beta v + g$, then $\theta \leftarrow \theta - \eta v$ |
# | an average | $v \leftarrow \beta v + (1 - \beta)\, g$, then $\theta \leftarrow \theta - \eta v$ |
# | Nesterov's, as in PyTorch | $v \leftarrow \beta v + g$, then $\theta \leftarrow \theta - \eta\, (g + \beta v)$ |
#
# Three of the four can walk the same path, if each gets the right rate and η stays the same. Change η midway in the figure: which one parts from the others?

# %% [markdown] lang="zh"
# （这是按长远的收敛速度算的；真正从静止出发，动量要多走一些，对这三个 κ 最多将近两倍。）
#
# **注意观察。** 在图里选长碗，$\kappa = 100$。最快的地方紧挨着边界：无论有没有动量，最好的 η 都是界限的 $\kappa/(\kappa+1)$。η 再大一点，就跑飞了。动量最拿手的就在这里：又长又窄的山谷。“沉重的球”很好地说明了它会继续往前走，却没有说明它为什么**快**；参考资料里 Gabriel Goh 的文章讲的就是这个。
#
# ## 12 · 比较动量的四种写法
#
# 你用的框架，算的不一定是幻灯片上的式子。常见的写法有四种，$g$ 始终是 θ 处的梯度：
#
# | 写法 | 规则 |
# |---|---|
# | 这一讲的 | $m \leftarrow \beta m - \eta g$，再 $\theta \leftarrow \theta + m$ |
# | PyTorch 的 | $v \leftarrow \beta v + g$，再 $\theta \leftarrow \theta - \eta v$ |
# | 取平均 | $v \leftarrow \beta v + (1 - \beta)\, g$，再 $\theta \leftarrow \theta - \eta v$ |
# | Nesterov，按 PyTorch | $v \leftarrow \beta v + g$，再 $\theta \leftarrow \theta - \eta\, (g + \beta v)$ |
#
# 四种写法里，有三种可以走同一条路，只要学习率各自选对，而且 η 一直不变。在图里中途改变 η：是谁离开了别人？

# %% name="conventions"
from lecture_lib.explorers import Conventions

Conventions()

# %% [markdown] lang="en"
# ### Exercise 6 · The same path in other forms
#
# Given are the lecture's $\eta$ and $\beta$. Return the rate with which PyTorch's form walks the same path, and the one with which the average does.

# %% [markdown] lang="zh"
# ### 练习 6 · 用别的写法走同一条路
#
# 给你这一讲的 $\eta$ 和 $\beta$。要走同一条路，PyTorch 的写法应当用多大的学习率？取平均的写法呢？按这个次序返回两个数。


# %%
def my_rates(learning_rate, momentum):
    raise NotImplementedError


# %%
day12.check_conventions(my_rates)

# %% [markdown] lang="en"
# <details><summary>Answer</summary>
#
# ```python
# def my_rates(learning_rate, momentum):
#     return learning_rate, learning_rate / (1 - momentum)
# ```
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>答案</summary>
#
# ```python
# def my_rates(learning_rate, momentum):
#     return learning_rate, learning_rate / (1 - momentum)
# ```
#
# </details>

# %% name="same-path"
corner, beta = [0.2, 1.8], 0.9
lee = descend(network.gradient, corner, learning_rate=0.02, momentum=beta, steps=100)
for form, rate in (("pytorch", 0.02), ("average", 0.02), ("average", 0.2), ("nesterov", 0.02)):
    other = descend(
        network.gradient, corner, learning_rate=rate, momentum=beta, steps=100, convention=form
    )
    apart = np.abs(other.thetas - lee.thetas).max()
    print(f"{form:8} with η = {rate:4}: never farther than {apart:.0e} from the lecture's path")

# %% [markdown] lang="en"
# With rates $\eta$ and $\eta/(1-\beta)$ the second and the third form walk the lecture's path, up to rounding. Change η midway, and the lecture's form parts from these two: its $m$ still holds steps of the old rate.

# %% [markdown] lang="zh"
# 学习率取 $\eta$ 和 $\eta/(1-\beta)$ 时，第二、第三种走的就是这一讲的路，只差舍入误差（rounding error）。中途改变 η，这一讲的写法就和它们分开了：$m$ 里还留着按旧学习率走的步子。

# %% [markdown] lang="en"
# ## 13 · Meet a swarm
#
# ### Q · "Does the w·vᵢ remind you of something? Particle swarms, used against local minima"
#
# It does. A particle swarm (Kennedy and Eberhart 1995; with the inertia weight $w$, Shi and Eberhart 1998) moves each particle $x$ by
#
# $$v \leftarrow w\, v + c_1 r_1\, (p - x) + c_2 r_2\, (G - x), \qquad x \leftarrow x + v ,$$
#
# with $p$ the best place this particle has seen, $G$ the best any has seen, and random $r_1, r_2$ between 0 and 1. Put momentum below it, $m \leftarrow \beta m - \eta g$, $\theta \leftarrow \theta + m$: the same skeleton. The old velocity, shrunk, plus a force; then move. $\beta$ and $w$ play the same part, and both stay below 1, or the velocity never dies.
#
# The force is different. The swarm has many particles, memory and chance, and *no gradient*. Momentum has one particle and a gradient. So the hunch is right about the inertia, which carries both over small bumps. But who does the searching, the own memory or the sharing? Set $c_1 = c_2 = 0$ and see what is left; then give back one of the two.

# %% [markdown] lang="zh"
# ## 13 · 认识粒子群
#
# ### Q · “看那个 w·vᵢ，有没有想到什么？粒子群算法，用来做局部最小值的优化的”
#
# 有。粒子群（Kennedy 和 Eberhart，1995；惯性权重 inertia weight $w$，Shi 和 Eberhart，1998）里，每个粒子 $x$ 这样移动：
#
# $$v \leftarrow w\, v + c_1 r_1\, (p - x) + c_2 r_2\, (G - x), \qquad x \leftarrow x + v ,$$
#
# $p$ 是这个粒子到过的最好的地方，$G$ 是整个粒子群到过的最好的地方，$r_1, r_2$ 是 0 和 1 之间的随机数。把动量写在下面，$m \leftarrow \beta m - \eta g$，$\theta \leftarrow \theta + m$：骨架一样。旧的速度缩小一点，加上一个力，再移动。$\beta$ 和 $w$ 扮演同一个角色，都要小于 1，不然速度永远不会消失。
#
# 力却不一样。粒子群有许多粒子，有记忆，有随机，**没有梯度**。动量只有一个粒子，有梯度。所以，说到惯性，这个联想是对的：它让两者都能滑过小的起伏。那么搜索靠的是谁，自己的记忆，还是分享？令 $c_1 = c_2 = 0$，看看还剩下什么；再把其中一个还给它。

# %% name="swarm"
from lecture_lib.explorers import SwarmBesideMomentum

SwarmBesideMomentum()

# %% name="who-searches"
from lecture_lib.swarm import swarm_descend

surface = SURFACES["himmelblau"]
for own_pull, swarm_pull in ((0, 0), (1.5, 0), (0, 1.5), (1.5, 1.5)):
    rng, below = np.random.default_rng(13), 0
    for _ in range(60):
        starts, first = rng.uniform(-5, 5, (12, 2)), rng.uniform(-1, 1, (12, 2))
        pulls = {"inertia": 0.7, "own_pull": own_pull, "swarm_pull": swarm_pull}
        run = swarm_descend(surface.loss, starts, rng, **pulls, steps=50, velocities=first)
        below += run.best_loss[-1] < 0.01
    print(f"c₁ = {own_pull}, c₂ = {swarm_pull}: L < 0.01 in {below} of 60 swarms")

# %% [markdown] lang="en"
# **What to notice.** Here it is the *sharing* that searches: with $c_2$ alone all 60 swarms find a minimum of Himmelblau's surface within 50 steps; with $c_1$ alone, each particle by itself, 10 do; coasting, none. All four minima there are equally deep. So the table shows who finds a minimum, not who avoids a poor one: for that, look at "two valleys, one deeper" in the figure.

# %% [markdown] lang="zh"
# **注意观察。** 在这里，搜索靠的是**分享**：只有 $c_2$ 时，60 群都在 50 步之内找到了 Himmelblau 曲面的一个最小值；只有 $c_1$ 时，各找各的，只有 10 群找到；单纯滑行，一群也没有找到。那里的四个最小值一样深。所以这张表说的是谁找得到最小值，不是谁躲得开不好的局部最小值：后者请看图里的“两个谷，一深一浅”。

# %% [markdown] lang="en"
# ## 14 · Watch the curvature while a network trains
#
# Section 7 found that plain descent cannot rest where the curvature is above $2/\eta$; with momentum, in a bowl, the limit is $2\,(1+\beta)/\eta$. But a network is no bowl, and nobody tells it the limit. Here is one with 86 weights that learns handwritten digits by full-batch descent: its loss, its $|g|$, and all eigenvalues of its exact Hessian.
#
# Before you look, finish three sentences in your own words: while the loss falls, $|g|$ …; the largest eigenvalue $\lambda_{\max}$ …; and if $\lambda_{\max}$ comes to the limit, then …

# %% [markdown] lang="zh"
# ## 14 · 看着网络训练，也看着曲率
#
# 第 7 节里，普通的梯度下降在曲率大于 $2/\eta$ 的地方停不下来；有动量时，在碗里，界限是 $2\,(1+\beta)/\eta$。可是网络不是碗，也没有人告诉它界限在哪里。下面这个网络有 86 个权重，用全批次的梯度下降学认手写数字：看它的损失、它的 $|g|$，还有精确的海森矩阵的全部特征值。
#
# 先不要看图，用自己的话把三句话说完：损失下降的时候，$|g|$ ……；最大的特征值 $\lambda_{\max}$ ……；如果 $\lambda_{\max}$ 到了界限，那么……

# %% name="own-network"
from lecture_lib.explorers import OwnNetwork

OwnNetwork()

# %% [markdown] lang="en"
# Move the slider of the updates through the run. Then change $\eta$, $\beta$, $B$ or the network: it trains anew while you watch.

# %% [markdown] lang="zh"
# 拖动“第 k 次更新”的滑块，把这次训练从头看到尾。然后改变 $\eta$、$\beta$、$B$ 或网络：它会当着你的面重新训练。

# %% name="edge"
from lecture_lib.experiments.own_network import own_network
from lecture_lib.experiments.trained_network import Training

runs = [(4, {}), (4, {"learning_rate": 0.2}), (4, {"learning_rate": 1.0}), (4, {"momentum": 0.5}),
        (4, {"batch_size": 16}), (1, {}), (2, {})]  # fmt: skip
for draw, knobs in runs:
    training = Training(**knobs)
    low, high = own_network(training, np.random.default_rng(draw)).late_shares
    print(
        f"draw {draw}   η = {training.learning_rate}   β = {training.momentum}   "
        f"B = {training.batch_size:3}   limit {training.limit:4.1f}   "
        f"λ_max / limit in the second half: {low:.1f} to {high:.1f}"
    )

# %% name="three-moments"
points = own_network(Training(), np.random.default_rng(4)).checkpoints
best = min(points, key=lambda point: point.validation_loss)
for when, point in (("k = 0", points[0]), ("best validation", best), ("k = 1000", points[-1])):
    print(
        f"{when:15}   training {point.training_loss:.2f}   validation {point.validation_loss:.2f}   "
        f"{point.signs.negative:2} of {len(point.eigenvalues)} eigenvalues negative"
    )

# %% [markdown] lang="en"
# **What to notice.**
#
# - **Before training** ($k = 0$) 25 of the 86 eigenvalues are negative; at the best validation loss four, in the end seven, all small. This is no critical point, though: $|g|$ is not small. Five are zero at every $k$: one number added to all ten outputs changes no probability, and it can be added in five ways, through the ten biases or through the ten weights of each of the four hidden neurons.
# - **$\lambda_{\max}$ climbs** to the limit and stays there, in this run within a few percent. Cohen and others ([arXiv 2103.00065](https://arxiv.org/abs/2103.00065)) found the same in many networks trained by full batches and called it the *edge of stability*.
# - **$|g|$ jumps** more than tenfold when $\lambda_{\max}$ has reached the limit, and stays about ten times as large as before. The loss jumps up a little, too, and then goes on falling, with ups and downs. The steps swing from wall to wall. A gradient that stays large is no proof that nothing is learned, and a loss that hardly moves none that the gradient is small. What it learns here is the training digits, though: their loss falls from 0.54 to 0.48 in the end, while the validation loss is lowest just before the jump, 0.62, and ends at 0.66.
# - **Twice the rate** halves the limit, and $\lambda_{\max}$ ends lower. Momentum moves the limit up, and in the table $\lambda_{\max}$ goes along.
# - **It does not always come out.** With $\eta = 0.2$, or from draw 1, a thousand updates end well below the limit; with $B = 16$, too, where the limit is only a mark to compare with.

# %% [markdown] lang="zh"
# **注意观察。**
#
# - **训练之前**（$k = 0$），86 个特征值里有 25 个为负；验证损失最低时是四个，到最后是七个，都很小。不过这里并不是临界点（critical point）：$|g|$ 不小。无论 $k$ 是多少，都有五个特征值为零：给十个输出都加上同一个数，概率不变，而这有五种加法：通过十个偏置，或者通过四个隐藏神经元各自的十个权重。
# - **$\lambda_{\max}$ 往上爬**，爬到界限就待在那里，这一次相差不过百分之几。Cohen 等（[arXiv 2103.00065](https://arxiv.org/abs/2103.00065)）在许多用全批次训练的网络上看到了同样的现象，把它叫作**稳定性的边缘**（edge of stability）。
# - **$|g|$ 猛地变大**，就在 $\lambda_{\max}$ 爬到界限之后，变成十倍以上，此后大约一直是原来的十倍。损失也跳高了一点，然后起起伏伏，继续下降。步子在两面坡之间来回摆。梯度一直很大，不能证明什么都没学到；损失几乎不动，也不能证明梯度很小。不过，它这时学到的只是训练用的数字：训练损失最后从 0.54 降到 0.48，验证损失却在跳高之前最低，是 0.62，最后是 0.66。
# - **学习率加倍**，界限减半，$\lambda_{\max}$ 最后也更低。动量把界限抬高，表里的 $\lambda_{\max}$ 也跟着上去。
# - **并不是每次都会这样。** $\eta = 0.2$ 时，或者用第 1 组初始权重，一千次更新之后还远在界限之下；$B = 16$ 时也是，而且这时界限只能作个比照。

# %% [markdown] lang="en"
# ## 15 · Race, and conclude
#
# Slide 36 ends both days: "smaller batch size and momentum help escape critical points". Now everything can start from one point: plain descent, momentum, mini-batches, the two kicks of Day 11, and a swarm.

# %% [markdown] lang="zh"
# ## 15 · 比一场，再下结论
#
# 幻灯片第 36 页给两天作了结论：“smaller batch size and momentum help escape critical points”，小批次和动量有助于离开临界点。现在让大家从同一点出发：普通的梯度下降、动量、小批次、第 11 天的两种“踢一脚”，还有粒子群。

# %% name="escape-race"
from lecture_lib.explorers import EscapeRace

EscapeRace()

# %% [markdown] lang="en"
# ### Q · "Momentum rolls on. Does it escape every saddle?"
#
# No. Exactly on the ridge plain descent and momentum both slide to the saddle and never leave the ridge: momentum amplifies a direction, it does not make one. A little beside the ridge (choose that start in the menu) both leave, momentum sooner. Mini-batches leave by themselves, *if* the examples disagree; on the two-weights network they agree, and on its line they stay. The kick along $u$ needs no luck; the random one needs a sideways part, which it almost always has. The swarm left first in the run shown, but most of its particles start beside the ridge, and each of its steps asks for six losses.
#
# ## Both days in a few lines
#
# Laws (computed or proved):
#
# - Zero gradient is a critical point; the signs of the Hessian's eigenvalues decide, where none is zero.
# - At a saddle point with a negative eigenvalue, a small step along its eigenvector lowers the loss, in either direction.
# - An epoch has $\lceil N/B \rceil$ updates; the batch gradient is unbiased if the batch is drawn at random; its noise falls like $1/\sqrt B$ while $B$ is far below $N$.
# - A step against the gradient cannot rest where $\eta\lambda_{\max} > 2(1+\beta)$.
# - Momentum is a weighted sum of all past gradients; in a bowl its best factor a step has $\sqrt\kappa$ where plain descent has $\kappa$.
#
# Tendencies (often seen, with conditions):
#
# - Smaller batches train better at equal epochs; at equal updates the difference may go away or turn round.
# - Noise helps out of shallow valleys if the batches disagree and $\eta/B$ is large enough.
# - Small batches tend to flatter minima; whether flat means better depends on how flatness is measured.
# - Momentum carries past flat places and small hills, and sometimes past the goal.
# - Local minima may be rare in large networks. Day 11 said what the evidence can and cannot show.

# %% [markdown] lang="zh"
# ### Q · “动量会一直往前滚，那它能逃离每一个鞍点吗？”
#
# 不能。恰好在山脊（ridge）上，普通的梯度下降和动量都只会沿着山脊滑到鞍点，离不开山脊：动量能放大一个方向，却不能凭空造出一个方向。偏离山脊一丝一毫，两者都会离开，动量更早。小批次自己就能离开，**前提**是样本的意见不一致；在两个权重的网络上，它们意见一致，在那条直线上就出不来。沿 $u$ 踢一脚不靠运气；随机踢一脚，要带上一点侧向的分量才行，不过几乎总会有。图中这一次最先离开的是粒子群，可是它的粒子多半一开始就不在山脊上，而且每一步要看六次损失。
#
# ## 两天的内容，写成几行
#
# 规律（算得出或证得出）：
#
# - 梯度为零就是临界点；如果海森矩阵的特征值没有零，由它们的正负来判断。
# - 鞍点处如果有负的特征值，沿它的特征向量走一小步，无论正反，损失都会下降。
# - 一轮有 $\lceil N/B \rceil$ 次更新；随机抽的批次，梯度是无偏的；只要 $B$ 远小于 $N$，噪声就按 $1/\sqrt B$ 变小。
# - 在 $\eta\lambda_{\max} > 2(1+\beta)$ 的地方，往梯度反方向走的步子停不下来。
# - 动量是过去所有梯度的加权和；在碗形的损失上，每一步的距离最好能缩小到原来的多少倍：普通的梯度下降看 $\kappa$，动量看 $\sqrt\kappa$。
#
# 倾向（常常看到，但有条件）：
#
# - 轮数相同时，小批次训练得更好；更新次数相同时，差别可能消失，也可能反过来。
# - 如果批次的意见不一致，而且 $\eta/B$ 足够大，噪声有助于离开浅的山谷。
# - 小批次往往停在更平坦的最小值；平坦是不是更好，要看平坦怎么量。
# - 动量能带你越过平地和小山，有时也会带你冲过目标。
# - 大网络里局部最小值也许很少见。证据能说明什么，不能说明什么，第 11 天讲过。

# %% name="progress"
print(day12.progress(), predictions_so_far(), sep=" · ")

# %% [markdown] lang="en"
# Run the cell above again whenever you like; it counts anew.
#
# ## What PyTorch does differently
#
# - `torch.utils.data.DataLoader(data, batch_size=B, shuffle=True)` shuffles before every epoch and keeps the last, smaller batch unless `drop_last=True`. `shuffle` is off by default.
# - `torch.optim.SGD(momentum=0.9)` is the second form of section 12, with `dampening=0`; `nesterov=True` the fourth. Change the learning rate during training, and it differs from the lecture's.
# - Losses such as `torch.nn.CrossEntropyLoss` average over the batch, so a smaller last batch weighs each of its examples a little more.
# - For gradients of single examples: `torch.func.vmap(torch.func.grad(...))`.
#
# ## Two open questions
#
# 1. The batch size doubles in the middle of training. Which change of η would keep the noise of the *path* about the same, and which would keep the speed?
# 2. On the curve of section 10, is there a pair (η, β) for which the ball reaches the deep valley from *every* start between −0.5 and 5?
#
# ## References
#
# - Hung-yi Lee, Machine Learning 2021 Spring, slides `small-gradient-v7.pdf`, pages 17–36; [course page](https://speech.ee.ntu.edu.tw/~hylee/ml/2021-spring.php)
# - Keskar and others, large batches and sharp minima, [arXiv 1609.04836](https://arxiv.org/abs/1609.04836)
# - Hoffer, Hubara and Soudry, train longer, generalise better, [arXiv 1705.08741](https://arxiv.org/abs/1705.08741)
# - Shallue and others, effects of data parallelism, [arXiv 1811.03600](https://arxiv.org/abs/1811.03600)
# - Dinh and others, sharp minima can generalise, [arXiv 1703.04933](https://arxiv.org/abs/1703.04933)
# - Smith and Le, noise scale and batch size, [arXiv 1710.06451](https://arxiv.org/abs/1710.06451)
# - Masters and Luschi, small batches, [arXiv 1804.07612](https://arxiv.org/abs/1804.07612)
# - Goh, Why Momentum Really Works, Distill 2017, [doi 10.23915/distill.00006](https://doi.org/10.23915/distill.00006)
# - Polyak, Some methods of speeding up the convergence of iteration methods, 1964
# - Shi and Eberhart, A modified particle swarm optimizer, 1998
#
# **Before:** [Day 11](day11_critical_points.ipynb), what a small gradient means.

# %% [markdown] lang="zh"
# 上面那个单元格随时可以再运行，它会重新统计。
#
# ## PyTorch 有什么不同
#
# - `torch.utils.data.DataLoader(data, batch_size=B, shuffle=True)` 在每一轮之前打乱，并保留最后那个小一些的批次，除非 `drop_last=True`。`shuffle` 默认是关的。
# - `torch.optim.SGD(momentum=0.9)` 是第 12 节的第二种写法，`dampening=0`；`nesterov=True` 是第四种。训练中途改变学习率，它就和这一讲的写法不一样了。
# - `torch.nn.CrossEntropyLoss` 这样的损失在批次上取平均，所以最后那个小一些的批次里，每个样本的分量会重一点。
# - 想要单个样本的梯度：`torch.func.vmap(torch.func.grad(...))`。
#
# ## 两个开放问题
#
# 1. 训练到一半，批次大小加倍。要让**路径**的噪声大致不变，η 应当怎样改？要让速度大致不变呢？
# 2. 在第 10 节的曲线上，有没有一对 (η, β)，让球从 −0.5 到 5 之间的**每一个**起点都能到达深谷？
#
# ## 参考资料
#
# - 李宏毅，Machine Learning 2021 Spring，幻灯片 `small-gradient-v7.pdf` 第 17–36 页；[课程主页](https://speech.ee.ntu.edu.tw/~hylee/ml/2021-spring.php)
# - Keskar 等，大批次与尖锐的最小值，[arXiv 1609.04836](https://arxiv.org/abs/1609.04836)
# - Hoffer、Hubara 和 Soudry，训练久一点，泛化好一点，[arXiv 1705.08741](https://arxiv.org/abs/1705.08741)
# - Shallue 等，数据并行的影响，[arXiv 1811.03600](https://arxiv.org/abs/1811.03600)
# - Dinh 等，尖锐的最小值也可以泛化，[arXiv 1703.04933](https://arxiv.org/abs/1703.04933)
# - Smith 和 Le，噪声尺度与批次大小，[arXiv 1710.06451](https://arxiv.org/abs/1710.06451)
# - Masters 和 Luschi，小批次，[arXiv 1804.07612](https://arxiv.org/abs/1804.07612)
# - Goh，Why Momentum Really Works，Distill 2017，[doi 10.23915/distill.00006](https://doi.org/10.23915/distill.00006)
# - Polyak，Some methods of speeding up the convergence of iteration methods，1964
# - Shi 和 Eberhart，A modified particle swarm optimizer，1998
#
# **上一讲：**[第 11 天](day11_critical_points.ipynb)，梯度变小意味着什么。
