# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="en" name="title"
# # Day 11 · Find out what a small gradient means
#
# When training stops, it is easy to say "stuck in a local minimum". Today you look closer. You drag a point over the error surface of the smallest network there is, and read from the gradient and the Hessian what kind of place it is, and which way leads on.
#
# **What you'll do.** Drag θ over error surfaces. Predict six times before you look. Write six short functions; a check reads each and names the mistake if there is one.
#
# **What you'll learn.**
# - to check whether a stopped training is at a critical point at all;
# - to tell minimum, maximum and saddle point by the signs of eigenvalues, and to know when the signs say nothing;
# - to leave a saddle point, and to know how far the direction can be trusted;
# - to read claims such as "local minima are rare" with the right questions in hand.
#
# **What you'll need.** A little Python with NumPy arrays, partial derivatives, a matrix times a vector. Eigenvalues are recalled where they come up.
#
# | Section | Minutes |
# |---|---|
# | 1 · Ask before you say "stuck" | 12 |
# | 2 · Describe the neighbourhood of a point | 12 |
# | 3 · Let the signs decide | 14 |
# | 4 · Meet the smallest network | 14 |
# | 5 · Turn your head: why not the main diagonal? | 10 |
# | 6 · Put the lecture's own minima to the test | 10 |
# | 7 · Leave a saddle point | 20 |
# | 8 · Find out why nobody computes the Hessian | 8 |
# | 9 · Step into more dimensions | 10 |
# | 10 · Read the minimum ratio with care | 10 |
# | 11 · Cross the small gradient, and try a loss of your own | 10 |
#
# Sections 1–4 make a first lesson, sections 5–11 a second.

# %% [markdown] lang="zh"
# # 第 11 天 · 弄清楚梯度变小意味着什么
#
# 训练停下来的时候，人们很容易说一句“卡在局部最小值了”。今天我们看得仔细一点：你在一个最小的网络的误差曲面上拖动一个点，从梯度（gradient）和海森矩阵（Hessian）读出这里是什么地方，往哪里走才有出路。
#
# **你要做什么。** 在误差曲面上拖动 θ；先猜后看，一共六次；写六个短小的函数，每个都有检查单元，写错了会告诉你错在哪里。
#
# **你会学到什么。**
# - 训练停了，先查一查那里到底是不是临界点（critical point）；
# - 用特征值（eigenvalue）的正负分辨最小值、最大值和鞍点（saddle point），也知道什么时候正负号说明不了问题；
# - 怎样离开鞍点，以及那个方向能信到多远；
# - 听到“局部最小值很少见”这样的说法，知道该问什么。
#
# **你需要什么。** 会一点 Python 和 NumPy 数组，知道偏导数，会算矩阵乘向量。特征值用到的时候会再讲。
#
# | 小节 | 分钟 |
# |---|---|
# | 1 · 说“卡住”之前先问一句 | 12 |
# | 2 · 描述一个点的周围 | 12 |
# | 3 · 让正负号来判断 | 14 |
# | 4 · 认识最小的网络 | 14 |
# | 5 · 转一下头：为什么不是主对角线？ | 10 |
# | 6 · 用这堂课的判别法检验它自己的最小值 | 10 |
# | 7 · 离开鞍点 | 20 |
# | 8 · 为什么没有人去算海森矩阵 | 8 |
# | 9 · 走进更多的维度 | 10 |
# | 10 · 小心解读最小值比例 | 10 |
# | 11 · 穿过小梯度，再试试你自己的损失 | 10 |
#
# 第 1–4 节可以作第一次课，第 5–11 节作第二次课。

# %% [markdown] lang="en" name="how-to"
# **How to use this page.** Run the cells in order with Shift + Enter. In a figure, drag the round handle with the mouse or a finger; or press Tab until it is framed and move it with the arrow keys (with Shift: smaller steps). Sliders work the same way. *Run All* goes through to the end, exercises unsolved.
#
# > **On Binder** the session ends after some minutes without activity, and your work goes with it. Before a break: *File → Download*.
#
# **Credits.** The content follows "When gradient is small" from Hung-yi Lee's course Machine Learning 2021 at National Taiwan University: slides `small-gradient-v7.pdf`, pages 1–16, cited here as "slide 7". The slides credit the three landscapes of slide 5 to [a post on offconvex.org](https://www.offconvex.org/2016/03/22/saddlepoints/); the jagged surface on slide 14 is from [arXiv 1712.09913](https://arxiv.org/abs/1712.09913). All figures here are redrawn from formulas and numbers. Questions marked **Q** were asked by a learner in published notes on this lecture. Where the lecture needs a correction, the text says so and shows why.

# %% [markdown] lang="zh"
# **怎样使用这一页。** 按 Shift + Enter 依次运行各个单元格。图里的圆形手柄可以用鼠标或手指拖动；也可以按 Tab 选中它，再用方向键移动（同时按住 Shift 步子更小）。滑块也一样。*Run All* 可以一路运行到底，练习没做也没关系。
#
# > **在 Binder 上**，几分钟没有操作，会话就会结束，你写的东西也会丢失。休息之前请先保存到本地：*File → Download*。
#
# **出处。** 内容跟随李宏毅（Hung-yi Lee）在台湾大学的课程 Machine Learning 2021 中的一讲 “When gradient is small”，幻灯片 `small-gradient-v7.pdf` 第 1–16 页，下文写作“幻灯片第 7 页”。幻灯片第 5 页的三种地形注明来自 [offconvex.org 的一篇文章](https://www.offconvex.org/2016/03/22/saddlepoints/)，第 14 页那张崎岖的曲面来自 [arXiv 1712.09913](https://arxiv.org/abs/1712.09913)。这里的图都是按公式和数字重画的。标有 **Q** 的问题，是一位学习者在公开的听课笔记里提出的。凡是需要更正的地方，文中都会说明，并给出理由。

# %% name="setup"
import numpy as np

from lecture_lib.exercises import day11
from lecture_lib.explorers import predict, predictions_so_far, speak
from lecture_lib.surfaces import SURFACES, Surface

speak("en")  # "zh" for the Chinese edition

# %% [markdown] lang="en"
# ## 1 · Ask before you say "stuck"
#
# Slide 2 tells two stories about a training loss. In the first it falls, then levels off too high: "not small enough". In the second it never starts to fall. How would you know that it is too high? Compare with a smaller model, even a linear one. If that reaches a lower *training* loss, the large model has not used what it has. So this is a matter of optimisation, not of overfitting.
#
# In both stories people say: "the gradient is close to zero, we are stuck in a local minimum." That is two guesses in one sentence. Let us check the first one first.
#
# ### Predict 1
#
# The training loss has not moved for hundreds of steps. What do you know about the gradient?
#
# - **A** · It is close to zero: this is a critical point.
# - **B** · It is close to zero, and this is a local minimum.
# - **C** · Nothing yet.

# %% [markdown] lang="zh"
# ## 1 · 说“卡住”之前先问一句
#
# 幻灯片第 2 页讲了训练损失的两个故事。第一个：损失降了一阵，停在一个太高的地方，“还不够小”。第二个：损失从一开始就没有降过。怎么知道它太高？拿一个更小的模型来比，哪怕是线性模型。如果小模型的**训练**损失更低，说明大模型没有用上自己的本事。所以这是优化的问题，不是过拟合（overfitting）。
#
# 在这两个故事里，人们都会说：“梯度接近零了，卡在局部最小值（local minimum）了。”这一句话里有两个猜测。我们先查第一个。
#
# ### 预测 1
#
# 训练损失已经几百步没有变化。关于梯度，你知道什么？
#
# - **A** · 它接近零：这里是临界点。
# - **B** · 它接近零，而且这里是局部最小值。
# - **C** · 还什么都不知道。

# %% name="predict-stuck"
predict("stuck")

# %% [markdown] lang="en"
# <details><summary>Answer</summary>
#
# **C**. Only the gradient itself can tell. The run below shows a loss that stops falling while the gradient stays large.
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>答案</summary>
#
# **C**。只有看梯度本身才知道。下面这次训练里，损失不再下降，梯度却一直很大。
#
# </details>

# %% [markdown] lang="en"
# Here is such a run. The network has two weights and the loss $L = (1 - w_1 w_2)^2$; section 4 says where that comes from. Plain gradient descent repeats $\theta \leftarrow \theta - \eta\, g$, here with $\eta = 0.52$. Beside the loss we print the length of the gradient, $\lVert g \rVert$.

# %% [markdown] lang="zh"
# 下面就是这样一次训练。网络只有两个权重，损失是 $L = (1 - w_1 w_2)^2$，它的来历见第 4 节。普通的梯度下降（gradient descent）不断重复 $\theta \leftarrow \theta - \eta\, g$，这里学习率（learning rate）取 $\eta = 0.52$。除了损失，我们把梯度的长度 $\lVert g \rVert$ 也打印出来。

# %% name="level-loss"
from lecture_lib.momentum import descend

network = SURFACES["two_weights"]
run = descend(network.gradient, [0.4, 0.9], learning_rate=0.52, steps=402)
loss, slope = network.loss(run.thetas), np.linalg.norm(run.gradients, axis=1)
for step in (0, 1, 2, 100, 200, 300, 400, 401):
    w1, w2 = run.thetas[step]
    print(f"{step:3}: θ = ({w1:.3f}, {w2:.3f}), L = {loss[step]:.4f}, |g| = {slope[step]:.4f}")

# %% [markdown] lang="en"
# **What to notice.** Seen every hundred steps, the loss stands still; from step to step it hops between 0.045 and 0.030 and gets no lower. The gradient does not vanish: its length stays at 0.53. In this run θ jumps to and fro across the valley, as steps 400 and 401 show: from (0.887, 0.887) on one wall to (1.084, 1.084) on the other, and the floor lies between them at (1, 1). No critical point holds it. The step is too long. With half the step:

# %% [markdown] lang="zh"
# **注意观察。** 每隔一百步看一眼，损失一动不动；逐步看，它在 0.045 和 0.030 之间来回跳，再也降不下去。梯度却没有消失，它的长度一直是 0.53。在这次训练里，θ 在山谷两侧来回跳，看第 400 步和第 401 步：一边是 (0.887, 0.887)，另一边是 (1.084, 1.084)，谷底就在中间的 (1, 1)。没有什么临界点拦着它，只是步子太大了。把步子减半：

# %% name="half-the-step"
run = descend(network.gradient, [0.4, 0.9], learning_rate=0.26, steps=40)
print(f"L = {network.loss(run.thetas[-1]):.4f}   |g| = {np.linalg.norm(run.gradients[-1]):.4f}")

# %% [markdown] lang="en"
# So the habit to take home is: **record the gradient norm, that is its length, beside the loss.** It costs one number a step. Hung-yi Lee says the same one lecture later: when the loss stops falling, the gradient is often not small, few people look, and most training stops before it gets to any critical point.
#
# If $g = 0$, the place is a **critical point**, and only then does the question of this lecture begin: is it a *local minimum* (no way to go), a *local maximum*, or a *saddle point* (there is a way down)?
#
# The surface below has nine critical points. The marks mean ● minimum, ▲ maximum, × saddle, and later ◇ inconclusive. Let θ go near a mark and it falls onto it. Which of the nine would stop you? For now look only at the marks, the height and the orange arrow: the gradient, pointing uphill. The lines, λ and $H$ are explained in sections 2 to 4.

# %% [markdown] lang="zh"
# 所以，请养成一个习惯：**把梯度的长度（梯度范数，gradient norm）和损失一起记下来**。每一步只多记一个数。李宏毅在下一讲里也说了同样的话：损失不再下降时，梯度往往并不小，只是很少有人去看；多数训练还没走到任何临界点就停了。
#
# 如果 $g = 0$，这个地方就叫**临界点**（critical point），这一讲的问题到这时才开始：它是**局部最小值**（无路可走）、**局部最大值**（local maximum），还是**鞍点**（有路往下走）？
#
# 下面的曲面有九个临界点。标记的意思是：● 最小值，▲ 最大值，× 鞍点，后面还会有 ◇ 无法判定（inconclusive）。在标记附近松开 θ，它就会落上去。九个里面，哪几个会让你停下？现在只需看标记、高度和橙色的箭头：箭头是梯度，指向上坡。那些线、λ 和 $H$，第 2 到第 4 节会讲。

# %% name="lens-himmelblau"
from lecture_lib.explorers import HessianLens

HessianLens("himmelblau")

# %% [markdown] lang="en"
# Counted by the computer: it searches the window for points with $g = 0$ and classifies each.

# %% [markdown] lang="zh"
# 让计算机来数：它在窗口里寻找 $g = 0$ 的点，再逐个判断。

# %% name="count-kinds"
from collections import Counter

from lecture_lib.hessian import critical_points

Counter(point.verdict.kind.value for point in critical_points(SURFACES["himmelblau"]))

# %% [markdown] lang="en"
# Only the four minima would stop you. On the other five $g = 0$ as well, but there is a way down.

# %% [markdown] lang="zh"
# 会让你停下的只有四个最小值。另外五个点上也有 $g = 0$，但那里有路往下。

# %% [markdown] lang="en"
# ## 2 · Describe the neighbourhood of a point
#
# Slide 3 puts up a sign, "Warning of Math", and slide 11 takes it down. If formulas tire you, drag first and read later: the figures tell the same story.
#
# How does the loss look at a point $\theta$ near $\theta'$? Slide 4 answers with Taylor's formula:
#
# $$L(\theta) \approx L(\theta') + (\theta - \theta')^{\mathsf T} g + \tfrac12\, (\theta - \theta')^{\mathsf T} H\, (\theta - \theta')$$
#
# - $L(\theta')$ is the height here.
# - $g$, with $g_i = \partial L / \partial \theta_i$ at $\theta'$, is the tilt (orange in the figure, green on the slide).
# - $H$, with $H_{ij} = \partial^2 L / \partial \theta_i \partial \theta_j$ at $\theta'$, is the bend (purple in the figure, red on the slide).
#
# Drag θ′ and θ, and see what each term contributes. The menu "Go to" leads to places worth seeing, such as a slope and the saddle.

# %% [markdown] lang="zh"
# ## 2 · 描述一个点的周围
#
# 幻灯片第 3 页竖起一块牌子：“Warning of Math”（前方有数学），到第 11 页才撤下。看公式累了，就先拖一拖图，回头再读：图讲的是同一件事。
#
# 在 $\theta'$ 附近的一点 $\theta$，损失是多少？幻灯片第 4 页用泰勒公式（Taylor）回答：
#
# $$L(\theta) \approx L(\theta') + (\theta - \theta')^{\mathsf T} g + \tfrac12\, (\theta - \theta')^{\mathsf T} H\, (\theta - \theta')$$
#
# - $L(\theta')$ 是这里的高度。
# - $g$ 的分量是 $\theta'$ 处的 $g_i = \partial L / \partial \theta_i$，说的是倾斜（图中橙色，幻灯片上绿色）。
# - $H$ 的元素是 $\theta'$ 处的 $H_{ij} = \partial^2 L / \partial \theta_i \partial \theta_j$，说的是弯曲（图中紫色，幻灯片上红色）。
#
# 拖动 θ′ 和 θ，看看每一项贡献了多少。菜单“看一个例子”会带你到几个值得看的地方，比如一段斜坡，还有鞍点。

# %% name="taylor-lens"
from lecture_lib.explorers import TaylorLens

TaylorLens()

# %% [markdown] lang="en"
# The same in numbers. From $\theta' = (0.5, 1)$ we walk along $(1, 1)/\sqrt2$ by a distance $d$ and compare the three terms and their sum with the true loss.

# %% [markdown] lang="zh"
# 再看数字。从 $\theta' = (0.5, 1)$ 出发，沿 $(1, 1)/\sqrt2$ 走一段距离 $d$，把三项以及它们的和与真实的损失作比较。（输出里，true 是真实损失，error 是误差。）

# %% name="three-terms"
from lecture_lib.hessian import quadratic_model

model = quadratic_model(network, [0.5, 1.0])
for d in (0.1, 0.2, 0.4, 0.8):
    theta = model.center + d * np.array([1, 1]) / np.sqrt(2)
    value, tilt, bend = model.terms(theta)
    error = model(theta) - network.loss(theta)
    print(
        f"d = {d}:  {value:.3f} {tilt:+.3f} {bend:+.3f} = {model(theta):+.3f}   "
        f"true {network.loss(theta):.3f}   error {error:.4f} = {error / d**3:.2f} d³"
    )

# %% [markdown] lang="en"
# **What to notice.** The size of the error shrinks like $d^3$: at half the distance it is about an eighth. Near $\theta'$ the formula is very good; far away it can be nonsense, even a negative value for a loss that is a square.
#
# At a critical point $g = 0$, so the tilt term vanishes (slide 5) and only the bend is left:
#
# $$L(\theta) \approx L(\theta') + \tfrac12\, (\theta - \theta')^{\mathsf T} H\, (\theta - \theta')$$
#
# ### Exercise 1 · The quadratic model
#
# Write the right-hand side of Taylor's formula. Given are $L(\theta')$, $g$, $H$, $\theta'$ and $\theta$; return one number.

# %% [markdown] lang="zh"
# **注意观察。** 误差的大小与 $d^3$ 成正比地缩小：距离减半，误差大约只剩八分之一。在 $\theta'$ 附近，这个公式非常好；走远了就可能毫无意义，损失明明是平方，它却会给出负数。
#
# 在临界点 $g = 0$，倾斜的一项消失（幻灯片第 5 页），只剩下弯曲：
#
# $$L(\theta) \approx L(\theta') + \tfrac12\, (\theta - \theta')^{\mathsf T} H\, (\theta - \theta')$$
#
# ### 练习 1 · 二次近似
#
# 写出泰勒公式的右边，也就是二次近似（quadratic model）。已知 $L(\theta')$、$g$、$H$、$\theta'$ 和 $\theta$，返回一个数。


# %%
def my_model(value, gradient, hessian, center, theta):
    v = theta - center
    raise NotImplementedError


# %%
day11.check_quadratic_model(my_model)

# %% [markdown] lang="en"
# <details><summary>Answer</summary>
#
# ```python
# def my_model(value, gradient, hessian, center, theta):
#     v = theta - center
#     return value + v @ gradient + v @ hessian @ v / 2
# ```
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>答案</summary>
#
# ```python
# def my_model(value, gradient, hessian, center, theta):
#     v = theta - center
#     return value + v @ gradient + v @ hessian @ v / 2
# ```
#
# </details>

# %% [markdown] lang="en"
# ## 3 · Let the signs decide
#
# Write $v = \theta - \theta'$. At a critical point everything hangs on the sign of $v^{\mathsf T} H v$ (slide 6). Positive for every $v$: the loss rises whichever way you step. Negative for every $v$: it falls. Sometimes one, sometimes the other: a saddle. Turn $v$ and watch. The menu holds the three landscapes of slide 5 (bowl, peak, saddle), and at its end three cases that are not on the slide.
#
# In the left picture the purple curve shows $v^{\mathsf T} H v$ in every direction: outside the ring 0 the loss curves up, inside it curves down.

# %% [markdown] lang="zh"
# ## 3 · 让正负号来判断
#
# 记 $v = \theta - \theta'$。在临界点，一切取决于 $v^{\mathsf T} H v$ 的正负（幻灯片第 6 页）。对所有 $v$ 都为正：往哪边走，损失都上升。对所有 $v$ 都为负：都下降。时正时负：鞍点。转动 $v$ 看一看。菜单里有幻灯片第 5 页的三种地形（碗、山顶、鞍），最后还有三个幻灯片上没有的例子。
#
# 左图里，紫色曲线表示各个方向的 $v^{\mathsf T} H v$：在 0 圈之外，损失向上弯；在 0 圈之内，向下弯。

# %% name="curvature-compass"
from lecture_lib.explorers import CurvatureCompass

CurvatureCompass()

# %% [markdown] lang="en"
# Nobody can try every $v$. Eigenvectors make it unnecessary. A symmetric $H$ has perpendicular unit eigenvectors $u_i$ with $H u_i = \lambda_i u_i$, and every $v$ is a sum $v = \sum_i a_i u_i$, so
#
# $$v^{\mathsf T} H v = \sum_i a_i^2\, \lambda_i .$$
#
# (On Day 11 the letter $\lambda$ is an eigenvalue. On Day 12 the lecture uses it for the momentum weight; there we shall write $\beta$.) Squares are never negative, so the signs of the $\lambda_i$ decide:
#
# | eigenvalues of $H$ | $v^{\mathsf T} H v$ | verdict |
# |---|---|---|
# | all positive | positive for every $v \neq 0$ | local minimum |
# | all negative | negative for every $v \neq 0$ | local maximum |
# | some positive, some negative | both signs occur | saddle point |
# | some zero, the others of one sign | zero for some $v \neq 0$ | **inconclusive** |
#
# The slide has the first three rows. The fourth happens too, and soon it will matter.

# %% [markdown] lang="zh"
# 谁也没法把每个 $v$ 都试一遍。有了特征向量（eigenvector），就不用试了。对称的 $H$ 有互相垂直的单位特征向量 $u_i$，满足 $H u_i = \lambda_i u_i$，而每个 $v$ 都可以写成 $v = \sum_i a_i u_i$，于是
#
# $$v^{\mathsf T} H v = \sum_i a_i^2\, \lambda_i .$$
#
# （在第 11 天，字母 $\lambda$ 是特征值。到了第 12 天，课上用它表示动量的权重，那时我们改写成 $\beta$。）平方不会是负数，所以由各个 $\lambda_i$ 的正负来判断：
#
# | $H$ 的特征值 | $v^{\mathsf T} H v$ | 判断 |
# |---|---|---|
# | 全为正 | 对每个 $v \neq 0$ 都为正 | 局部最小值 |
# | 全为负 | 对每个 $v \neq 0$ 都为负 | 局部最大值 |
# | 有正有负 | 正负都会出现 | 鞍点 |
# | 有些为零，其余同号 | 对某些 $v \neq 0$ 为零 | **无法判定** |
#
# 幻灯片上只有前三行。第四行也会发生，而且很快就会用到。

# %% name="three-landscapes"
from lecture_lib.hessian import classify

for name in ("bowl", "peak", "saddle"):
    verdict = classify(SURFACES[name].hessian([0.0, 0.0]))
    print(f"{name:7s} λ = {verdict.eigenvalues}   {verdict.kind.value}")

# %% [markdown] lang="en"
# ### Q · "I only need to see whether the Hessian is positive definite"
#
# Positive definite means: all eigenvalues positive. At a critical point that is **enough** for a strict local minimum. It is **not needed**: a minimum may have an eigenvalue zero. Positive *semi*-definite (some zero, none negative) does not settle it. The next three losses have the same Hessian at the origin, the zero matrix. One is a minimum there, one a maximum, one neither. `probe` looks at the loss itself, a little to either side along a direction.

# %% [markdown] lang="zh"
# ### Q · “只要看海森矩阵是不是正定的就好”
#
# 正定（positive definite）就是特征值全为正。在临界点，这**足以**说明它是严格的局部最小值。但这**不是必需的**：最小值处也可能有等于零的特征值。半正定（positive semi-definite：有零，没有负）还下不了结论。下面三个损失在原点的海森矩阵完全相同，都是零矩阵；可原点一次是最小值，一次是最大值，一次两者都不是。`probe` 直接看损失本身，沿一个方向往两侧各走一小步。

# %% name="same-hessian"
from lecture_lib.hessian import probe

for formula in ("w1**4 + w2**4", "-w1**4 - w2**4", "w1**3 + w2**3"):
    surface = Surface.from_formula(formula)
    hessian = surface.hessian([0, 0]) + 0.0
    print(f"{formula}:  H = {hessian.tolist()}, {classify(hessian).kind.value}")
    print("    (1, 0):", probe(surface.loss, [0, 0], [1, 0]).why)

# %% [markdown] lang="en"
# ### Exercise 2 · The classifier
#
# Given the Hessian at a critical point, return `"minimum"`, `"maximum"`, `"saddle"` or `"inconclusive"`. Eigenvalues come with rounding errors: count one as zero if its size is at most $10^{-8}$ times the largest size. `np.linalg.eigvalsh` gives the eigenvalues of a symmetric matrix.

# %% [markdown] lang="zh"
# ### 练习 2 · 分类器
#
# 给你临界点处的海森矩阵，返回 `"minimum"`、`"maximum"`、`"saddle"` 或 `"inconclusive"`。算出来的特征值带有舍入误差：绝对值不超过最大绝对值的 $10^{-8}$ 倍，就当作零。`np.linalg.eigvalsh` 给出对称矩阵的特征值。


# %%
def my_verdict(hessian):
    eigenvalues = np.linalg.eigvalsh(hessian)
    raise NotImplementedError


# %%
day11.check_classifier(my_verdict)

# %% [markdown] lang="en"
# <details><summary>Answer</summary>
#
# ```python
# def my_verdict(hessian):
#     eigenvalues = np.linalg.eigvalsh(hessian)
#     zero = 1e-8 * np.abs(eigenvalues).max()
#     up, down = (eigenvalues > zero).any(), (eigenvalues < -zero).any()
#     if up and down:
#         return "saddle"
#     if (np.abs(eigenvalues) <= zero).any():
#         return "inconclusive"
#     return "minimum" if up else "maximum"
# ```
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>答案</summary>
#
# ```python
# def my_verdict(hessian):
#     eigenvalues = np.linalg.eigvalsh(hessian)
#     zero = 1e-8 * np.abs(eigenvalues).max()
#     up, down = (eigenvalues > zero).any(), (eigenvalues < -zero).any()
#     if up and down:
#         return "saddle"
#     if (np.abs(eigenvalues) <= zero).any():
#         return "inconclusive"
#     return "minimum" if up else "maximum"
# ```
#
# </details>

# %% [markdown] lang="en"
# ## 4 · Meet the smallest network
#
# Slide 7 introduces "the world's worst network": two linear neurons in a row, no bias, $y = w_1 w_2 x$. There is one training example, $x = 1$ with the wanted answer $\hat y = 1$. So the loss is
#
# $$L = (\hat y - w_1 w_2 x)^2 = (1 - w_1 w_2)^2 .$$
#
# Useless as a network, perfect as a map: two weights, so the whole error surface can be seen. Drag θ over it. The arrow is the gradient and points uphill; the lines through θ are the eigen-directions, solid where the loss curves up, dashed where it curves down; the thin coloured curves are level lines of the quadratic model.

# %% [markdown] lang="zh"
# ## 4 · 认识最小的网络
#
# 幻灯片第 7 页介绍了“史上最废的网络”：两个线性神经元串在一起，没有偏置，$y = w_1 w_2 x$。训练样本只有一个，$x = 1$，正确答案 $\hat y = 1$。所以损失是
#
# $$L = (\hat y - w_1 w_2 x)^2 = (1 - w_1 w_2)^2 .$$
#
# 当网络没什么用，当地图却刚刚好：只有两个权重，整个误差曲面一览无余。在上面拖动 θ。箭头是梯度，指向上坡；穿过 θ 的两条线是特征方向，实线表示沿着它向上弯，虚线表示向下弯；彩色的细线是二次近似的等高线。

# %% name="lens-two-weights"
HessianLens("two_weights")

# %% [markdown] lang="en"
# **What to look for.** The corners differ: two are high, two are not. The valley is not a handful of dots. Slide 7 marks three "minima" by hand in each branch; in truth **every** point of the curve $w_1 w_2 = 1$ is one, with $L = 0$. At the origin the arrow vanishes although $L = 1$.

# %% [markdown] lang="zh"
# **找一找。** 四个角并不一样：两个高，两个不高。谷底不是几个孤零零的点。幻灯片第 7 页在每一支上用手画了三个“最小值”；其实曲线 $w_1 w_2 = 1$ 上的**每一个**点都是，那里 $L = 0$。在原点，箭头消失了，尽管 $L = 1$。

# %% name="heights"
for theta in ([-2, 2], [2, -2], [2, 2], [-2, -2], [0, 0], [1, 1], [0.5, 2]):
    print(theta, "L =", network.loss(theta))

# %% [markdown] lang="en"
# ### Exercise 3 · The gradient
#
# Work out $\partial L / \partial w_1$ and $\partial L / \partial w_2$ by hand with the chain rule (slide 8), then write them down.

# %% [markdown] lang="zh"
# ### 练习 3 · 梯度
#
# 先用链式法则手算 $\partial L / \partial w_1$ 和 $\partial L / \partial w_2$（幻灯片第 8 页），再写成代码。


# %%
def my_gradient(theta):
    w1, w2 = theta
    raise NotImplementedError


# %%
day11.check_gradient(my_gradient)

# %% [markdown] lang="en"
# <details><summary>Answer</summary>
#
# $\partial L / \partial w_1 = 2\,(1 - w_1 w_2)(-w_2)$ and $\partial L / \partial w_2 = 2\,(1 - w_1 w_2)(-w_1)$: the derivative of $L$ with respect to the weight, not the other way round.
#
# ```python
# def my_gradient(theta):
#     w1, w2 = theta
#     return -2 * (1 - w1 * w2) * np.array([w2, w1])
# ```
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>答案</summary>
#
# $\partial L / \partial w_1 = 2\,(1 - w_1 w_2)(-w_2)$，$\partial L / \partial w_2 = 2\,(1 - w_1 w_2)(-w_1)$。是 $L$ 对权重求导，不是反过来。
#
# ```python
# def my_gradient(theta):
#     w1, w2 = theta
#     return -2 * (1 - w1 * w2) * np.array([w2, w1])
# ```
#
# </details>

# %% [markdown] lang="en"
# ### Exercise 4 · The Hessian
#
# Differentiate once more. Mind the product rule in the mixed entry $\partial^2 L / \partial w_1 \partial w_2$.

# %% [markdown] lang="zh"
# ### 练习 4 · 海森矩阵
#
# 再求一次导。混合项 $\partial^2 L / \partial w_1 \partial w_2$ 要用乘积法则，小心。


# %%
def my_hessian(theta):
    w1, w2 = theta
    raise NotImplementedError


# %%
day11.check_hessian(my_hessian)

# %% [markdown] lang="en"
# <details><summary>Answer</summary>
#
# $\partial^2 L / \partial w_1^2 = 2 w_2^2$, $\partial^2 L / \partial w_2^2 = 2 w_1^2$, and both mixed derivatives are $-2 + 4 w_1 w_2$.
#
# ```python
# def my_hessian(theta):
#     w1, w2 = theta
#     mixed = -2 + 4 * w1 * w2
#     return np.array([[2 * w2**2, mixed], [mixed, 2 * w1**2]])
# ```
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>答案</summary>
#
# $\partial^2 L / \partial w_1^2 = 2 w_2^2$，$\partial^2 L / \partial w_2^2 = 2 w_1^2$，两个混合偏导数都是 $-2 + 4 w_1 w_2$。
#
# ```python
# def my_hessian(theta):
#     w1, w2 = theta
#     mixed = -2 + 4 * w1 * w2
#     return np.array([[2 * w2**2, mixed], [mixed, 2 * w1**2]])
# ```
#
# </details>

# %% [markdown] lang="en"
# At the origin, with the library's derivatives:

# %% [markdown] lang="zh"
# 在原点，用库里的导数算一算：

# %% name="at-the-origin"
saddle = np.zeros(2)
H = network.hessian(saddle)
print("|g| =", np.linalg.norm(network.gradient(saddle)))
print("H   =", H.tolist())

# %% [markdown] lang="en"
# ## 5 · Turn your head: why not the main diagonal?
#
# ### Predict 2
#
# At the origin $H = \begin{pmatrix} 0 & -2 \\ -2 & 0 \end{pmatrix}$. Its main diagonal reads 0, 0. What are its eigenvalues?
#
# - **A** · 0 and 0, as on the diagonal.
# - **B** · −2 and −2.
# - **C** · −2 and 2.

# %% [markdown] lang="zh"
# ## 5 · 转一下头：为什么不是主对角线？
#
# ### 预测 2
#
# 在原点 $H = \begin{pmatrix} 0 & -2 \\ -2 & 0 \end{pmatrix}$，主对角线上是 0、0。它的特征值是多少？
#
# - **A** · 0 和 0，就是对角线上的数。
# - **B** · −2 和 −2。
# - **C** · −2 和 2。

# %% name="predict-diagonal"
predict("diagonal")

# %% [markdown] lang="en"
# <details><summary>Answer</summary>
#
# **C**. They solve $\det(H - \lambda I) = \lambda^2 - 4 = 0$.
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>答案</summary>
#
# **C**。它们是 $\det(H - \lambda I) = \lambda^2 - 4 = 0$ 的解。
#
# </details>

# %% [markdown] lang="en"
# ### Q · "Strange, why isn't it the main diagonal here? Are the two the same?"
#
# The question can be read in three ways. Each has an answer.
#
# **"Eigenvalues stand on the main diagonal."** For a symmetric matrix, only if it is diagonal. Here the diagonal is (0, 0) and the eigenvalues are not. Two checks that always work: eigenvalues add up to the trace and multiply to the determinant.

# %% [markdown] lang="zh"
# ### Q · “奇怪这里为什么不是主对角线呀，难道两个都一样嘛”
#
# 这个问题有三种读法，每一种都有答案。
#
# **读法一：特征值就在主对角线上？** 对称矩阵只有在它是对角矩阵时才这样。这里的对角线是 (0, 0)，特征值却不是。有两项检验永远管用：特征值之和等于迹（trace），之积等于行列式（determinant）。

# %% name="trace-and-determinant"
eigenvalues = np.linalg.eigvalsh(H)
print("eigenvalues", eigenvalues)
print("sum    ", round(eigenvalues.sum(), 6), "= trace", np.trace(H))
print("product", round(eigenvalues.prod(), 6), "= determinant", round(np.linalg.det(H), 6))
print(classify(H, network.gradient(saddle)))

# %% [markdown] lang="en"
# **"Are the two entries off the diagonal the same?"** Yes, always. For a smooth loss mixed derivatives do not depend on the order (Schwarz), so $H$ is symmetric, and that is why its eigenvalues are real and its eigenvectors perpendicular. But −2 and −2 are entries, not eigenvalues.
#
# **"What do the zeros on the diagonal mean?"** The diagonal holds the curvatures *along the axes*. On both axes $w_1 w_2 = 0$, so $L = 1$ exactly: dead flat. All the information is in the coupling. In the direction at angle $\varphi$, $u(\varphi) = (\cos\varphi, \sin\varphi)$, the curvature is
#
# $$u(\varphi)^{\mathsf T} H\, u(\varphi) = -2 \sin 2\varphi .$$

# %% [markdown] lang="zh"
# **读法二：对角线外的两个元素一样吗？** 一样，而且总是一样。对光滑的损失，混合偏导数与求导次序无关（Schwarz 定理），所以 $H$ 是对称的；也正因为对称，它的特征值是实数，特征向量互相垂直。但 −2 和 −2 是矩阵的元素，不是特征值。
#
# **读法三：对角线上的零是什么意思？** 对角线上是**沿坐标轴**的曲率（curvature）。在两条轴上 $w_1 w_2 = 0$，所以 $L = 1$，完全是平的。全部信息都在两个权重的耦合里。沿角度 $\varphi$ 的方向 $u(\varphi) = (\cos\varphi, \sin\varphi)$，曲率是
#
# $$u(\varphi)^{\mathsf T} H\, u(\varphi) = -2 \sin 2\varphi .$$

# %% name="curvature-by-angle"
from lecture_lib.hessian import curvature_along

for degrees in (0, 45, 90, 135):
    phi = np.radians(degrees)
    curvature = curvature_along(H, [np.cos(phi), np.sin(phi)])
    both = np.round([curvature, -2 * np.sin(2 * phi)], 3) + 0.0
    print("φ = {:3d}°   uᵀHu = {:+.3f}   −2 sin 2φ = {:+.3f}".format(degrees, *both))

# %% [markdown] lang="en"
# Now **make it the main diagonal**: turn your head by 45°. With the turned coordinates
#
# $$p = \frac{w_1 + w_2}{\sqrt2}, \qquad q = \frac{w_1 - w_2}{\sqrt2}$$
#
# we have $w_1 w_2 = (p^2 - q^2)/2$, and the loss becomes
#
# $$L = 1 - p^2 + q^2 + \tfrac14\, (p^2 - q^2)^2 .$$
#
# Read off the Hessian at the origin: $-2$ for $p$, $+2$ for $q$, nothing mixed. Diagonalising is turning your head. In the figure of section 4, let θ fall onto the origin and pull the slider "Turn the axes" to 45°: $H'$ becomes diagonal. Or turn $v$ in the compass of section 3, with "two weights at (0, 0)".

# %% [markdown] lang="zh"
# 现在就**把它变成主对角线**：把头转 45°。换成转过的坐标
#
# $$p = \frac{w_1 + w_2}{\sqrt2}, \qquad q = \frac{w_1 - w_2}{\sqrt2}$$
#
# 就有 $w_1 w_2 = (p^2 - q^2)/2$，损失变成
#
# $$L = 1 - p^2 + q^2 + \tfrac14\, (p^2 - q^2)^2 .$$
#
# 原点处的海森矩阵一眼就能看出：$p$ 方向是 $-2$，$q$ 方向是 $+2$，没有混合项。对角化就是转一下头。在第 4 节的图里，让 θ 落到原点，把滑块“转动坐标轴”拉到 45°：$H'$ 就成了对角矩阵。也可以在第 3 节的图里选“两个权重，在 (0, 0)”，转动 $v$。

# %% name="turn-the-head"
turn = np.array([[1, 1], [1, -1]]) / np.sqrt(2)  # columns: the directions of p and of q
print((turn.T @ H @ turn).round(12) + 0.0)

w1, w2 = theta = np.random.default_rng(0).uniform(-2, 2, (2, 1000))
p, q = (w1 + w2) / np.sqrt(2), (w1 - w2) / np.sqrt(2)
print(
    "rotated form equal at 1000 random points:",
    np.allclose(network.loss(theta.T), 1 - p**2 + q**2 + (p**2 - q**2) ** 2 / 4),
)

# %% [markdown] lang="en"
# **A trap in real code.** Some programs compute the Hessian tensor by tensor, or layer by layer, and leave out what couples the layers. Here each layer is one weight, so they would see only the diagonal blocks, `[[0]]` and `[[0]]`, and call the saddle flat:

# %% [markdown] lang="zh"
# **真实代码里的陷阱。** 有些程序逐个张量、逐层地算海森矩阵，把层与层之间的耦合丢掉了。这里每层只有一个权重，它们只会看到对角线上的小块 `[[0]]` 和 `[[0]]`，于是把鞍点当成平地：

# %% name="per-layer-blocks"
blocks = H[:1, :1], H[1:, 1:]
print("block by block:", [block.tolist() for block in blocks])
print("the whole     :", classify(H).kind.value)

# %% [markdown] lang="en"
# ## 6 · Put the lecture's own minima to the test
#
# ### Predict 3
#
# At (1, 1) the loss is 0 and cannot be lower. Do not look back at the figures: think of the shape of the valley. What are the eigenvalues of $H$ there?
#
# - **A** · Both positive.
# - **B** · One zero, one positive.
# - **C** · One negative, one positive.

# %% [markdown] lang="zh"
# ## 6 · 用这堂课的判别法检验它自己的最小值
#
# ### 预测 3
#
# 在 (1, 1)，损失是 0，不可能更低。先别翻回去看图，想想山谷的形状：那里 $H$ 的特征值是什么样的？
#
# - **A** · 两个都为正。
# - **B** · 一个为零，一个为正。
# - **C** · 一个为负，一个为正。

# %% name="predict-minima"
predict("minima")

# %% [markdown] lang="en"
# <details><summary>Answer</summary>
#
# **B**. Along the valley the loss does not change, so the curvature along it is zero.
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>答案</summary>
#
# **B**。沿着山谷，损失不变，所以沿山谷的曲率为零。
#
# </details>

# %% [markdown] lang="en"
# On the curve $w_1 w_2 = 1$ the Hessian is $\begin{pmatrix} 2 w_2^2 & 2 \\ 2 & 2 w_1^2 \end{pmatrix}$. Its determinant is $4 w_1^2 w_2^2 - 4 = 0$, so the eigenvalues are $0$ and the trace, $2\,(w_1^2 + w_2^2)$. The **minimum ratio** is the lecture's own measure (slide 15): the number of positive eigenvalues divided by the number of all eigenvalues.

# %% [markdown] lang="zh"
# 在曲线 $w_1 w_2 = 1$ 上，海森矩阵是 $\begin{pmatrix} 2 w_2^2 & 2 \\ 2 & 2 w_1^2 \end{pmatrix}$。它的行列式是 $4 w_1^2 w_2^2 - 4 = 0$，所以两个特征值是 $0$ 和迹 $2\,(w_1^2 + w_2^2)$。**最小值比例**（minimum ratio）是这堂课自己的度量（幻灯片第 15 页）：正特征值的个数除以全部特征值的个数。

# %% name="own-minima"
from lecture_lib.hessian import minimum_ratio

for theta in ([1, 1], [0.5, 2], [-2, -0.5]):
    hessian = network.hessian(theta)
    low, high = np.linalg.eigvalsh(hessian)
    signs = minimum_ratio([low, high])
    print(
        f"θ = {theta}: L = {network.loss(theta)}, eigenvalues {round(low, 12) + 0.0:.2f} and {high:.2f}, "
        f"minimum ratio {signs.ratio}"
    )
print(classify(network.hessian([1, 1])))

# %% [markdown] lang="en"
# **What to notice.** These are minima, since a square is never below 0. Yet "all eigenvalues positive" is false at every one of them, and their minimum ratio is exactly 0.5. Later the lecture reads ratios around one half as "half of the roads go up, half go down". Here not a single road goes down.
#
# The zero belongs to the direction *along* the valley: change $w_1$ and $w_2$ so that the product stays 1, and the network remains the same function $y = x$. The other eigenvalue differs from place to place all the same; Day 12 comes back to that. Where the Hessian is silent, three things are left to do: look at the loss along the silent direction; use what you know (here: a square has a floor); or admit that you do not know.
#
# ### Exercise 5 · The silent direction
#
# Given are a function `loss`, a critical point θ and a unit vector $u$ with $u^{\mathsf T} H u = 0$. Compare $L(\theta + t u)$ and $L(\theta - t u)$ with $L(\theta)$ for a small $t$. Return `"minimum"`, `"maximum"` or `"neither"`, whichever the loss has at θ along this line. (In no case is the loss level along the line.)

# %% [markdown] lang="zh"
# **注意观察。** 它们确实是最小值，因为平方不会小于 0。可是“特征值全为正”在每一个点上都不成立，最小值比例恰好是 0.5。后面课上把一半左右的比例读成“一半的路往上，一半的路往下”。而这里，没有一条路是往下的。
#
# 零特征值属于**沿着**山谷的方向：同时改变 $w_1$ 和 $w_2$，让乘积保持为 1，网络还是同一个函数 $y = x$。尽管如此，另一个特征值却因点而异，第 12 天会回到这一点。海森矩阵给不出答案的地方，还有三件事可做：沿着那个方向直接看损失；用上你已经知道的事（这里是：平方不会小于 0）；或者承认不知道。
#
# ### 练习 5 · 海森矩阵判断不了的方向
#
# 已知函数 `loss`、临界点 θ 和单位向量 $u$，满足 $u^{\mathsf T} H u = 0$。取一个小的 $t$，把 $L(\theta + t u)$ 和 $L(\theta - t u)$ 同 $L(\theta)$ 比较。沿这条直线，损失在 θ 处是什么，就返回什么：`"minimum"`、`"maximum"` 或 `"neither"`。（题目里不会出现沿直线完全不变的损失。）


# %%
def my_look(loss, theta, u):
    t = 0.01
    raise NotImplementedError


# %%
day11.check_flat_direction(my_look)

# %% [markdown] lang="en"
# <details><summary>Answer</summary>
#
# ```python
# def my_look(loss, theta, u):
#     t = 0.01
#     ahead, behind = loss(theta + t * u) - loss(theta), loss(theta - t * u) - loss(theta)
#     if ahead > 0 and behind > 0:
#         return "minimum"
#     if ahead < 0 and behind < 0:
#         return "maximum"
#     return "neither"
# ```
#
# A look along one line can refute a minimum. It cannot prove one.
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>答案</summary>
#
# ```python
# def my_look(loss, theta, u):
#     t = 0.01
#     ahead, behind = loss(theta + t * u) - loss(theta), loss(theta - t * u) - loss(theta)
#     if ahead > 0 and behind > 0:
#         return "minimum"
#     if ahead < 0 and behind < 0:
#         return "maximum"
#     return "neither"
# ```
#
# 沿一条直线看，可以否定最小值，不能证明最小值。
#
# </details>

# %% [markdown] lang="en"
# ## 7 · Leave a saddle point
#
# "Don't afraid of saddle point", says slide 9. Take an eigenvector $u$ with $H u = \lambda u$. Then
#
# $$u^{\mathsf T} H u = u^{\mathsf T} (\lambda u) = \lambda\, \lVert u \rVert^2 ,$$
#
# and if $\lambda < 0$, the quadratic model is lower at $\theta = \theta' + u$ than at $\theta'$; the slide concludes that the loss is lower, too. At our saddle $\lambda = -2$ has the eigenvector $u = (1, 1)$, one of infinitely many (slide 10).
#
# ### Predict 4
#
# From the saddle at the origin we go the whole way $u = (1, 1)$. The quadratic model says that the loss there is −1. What is $L(1, 1)$?
#
# - **A** · −1
# - **B** · 0
# - **C** · 1

# %% [markdown] lang="zh"
# ## 7 · 离开鞍点
#
# 幻灯片第 9 页说：“Don't afraid of saddle point”（别怕鞍点）。取一个特征向量 $u$，$H u = \lambda u$，那么
#
# $$u^{\mathsf T} H u = u^{\mathsf T} (\lambda u) = \lambda\, \lVert u \rVert^2 ,$$
#
# 如果 $\lambda < 0$，二次近似在 $\theta = \theta' + u$ 处就比在 $\theta'$ 处低；幻灯片由此得出：损失也更低。在我们的鞍点，$\lambda = -2$ 的特征向量是 $u = (1, 1)$，它只是无穷多个中的一个（幻灯片第 10 页）。
#
# ### 预测 4
#
# 从原点的鞍点出发，走完整整一个 $u = (1, 1)$。二次近似说，那里的损失是 −1。$L(1, 1)$ 到底是多少？
#
# - **A** · −1
# - **B** · 0
# - **C** · 1

# %% name="predict-far-step"
predict("far_step")

# %% [markdown] lang="en"
# <details><summary>Answer</summary>
#
# **B**. $(1 - 1 \cdot 1)^2 = 0$. A square cannot be −1; the model was used too far from its centre.
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>答案</summary>
#
# **B**。$(1 - 1 \cdot 1)^2 = 0$。平方不可能是 −1，是二次近似被用到了离中心太远的地方。
#
# </details>

# %% [markdown] lang="en"
# ### Q · "If λ < 0, moving along u lowers the loss"
#
# Right, with two additions. **Either sign works:** $+u$ leads to the valley at (1, 1), $-u$ to the one at (−1, −1). And **the step must be small**: the statement comes from the quadratic model. At the distance $d$ from the saddle along this diagonal the exact loss is $(1 - d^2/2)^2$, the quadratic model $1 - d^2$. The loss falls until $d = \sqrt2$, which is the point (1, 1), and is back at 1 at $d = 2$. (In the figure $u$ has length 1, so $t$ is this distance.)

# %% [markdown] lang="zh"
# ### Q · “如果 λ < 0，则向 u 的方向移动会减小损失”
#
# 对，还要补充两点。**正负都行**：$+u$ 通向 (1, 1) 处的山谷，$-u$ 通向 (−1, −1) 处的山谷。**步子要小**：这句话是从二次近似得来的。在这条对角线上，离鞍点的距离为 $d$ 时，精确的损失是 $(1 - d^2/2)^2$，二次近似是 $1 - d^2$。损失一直降到 $d = \sqrt2$，也就是点 (1, 1)；到 $d = 2$ 又回到 1。（图里的 $u$ 长度为 1，所以 $t$ 就是这个距离。）表里，exact 是精确的损失，quadratic 是二次近似，“at +u”“at −u” 是往哪一侧走。

# %% name="exact-and-quadratic"
model = quadratic_model(network, saddle)
for d in (0.1, 0.5, 1, np.sqrt(2), 2):
    theta = d * np.array([1, 1]) / np.sqrt(2)
    exact, other_side, quadratic = network.loss(theta), network.loss(-theta), model(theta)
    print(
        f"d = {d:.3f}   exact: {exact:.4f} at +u, {other_side:.4f} at −u   "
        f"quadratic: {quadratic.round(4) + 0.0:+.4f}"
    )

# %% [markdown] lang="en"
# The same in a figure: pull the slider, and watch the two curves part.

# %% [markdown] lang="zh"
# 用图再看一遍：拖动滑块，看两条曲线怎样分开。

# %% name="escape-lab-step"
from lecture_lib.explorers import EscapeLab

EscapeLab("step")

# %% [markdown] lang="en"
# ### Exercise 6 · The way out
#
# Given a Hessian, return a unit vector along which the loss curves down most steeply, or `None` if no eigenvalue is negative. `np.linalg.eigh` returns the eigenvalues in ascending order and the eigenvectors as *columns*. As before, an eigenvalue counts as zero if its size is at most $10^{-8}$ times the largest size.

# %% [markdown] lang="zh"
# ### 练习 6 · 出路
#
# 给你一个海森矩阵，返回一个单位向量，沿着它损失向下弯得最厉害；如果没有负的特征值，就返回 `None`。`np.linalg.eigh` 返回从小到大的特征值，和按**列**排放的特征向量。和前面一样，绝对值不超过最大绝对值的 $10^{-8}$ 倍的特征值当作零。


# %%
def my_escape(hessian):
    eigenvalues, eigenvectors = np.linalg.eigh(hessian)
    raise NotImplementedError


# %%
day11.check_escape_direction(my_escape)

# %% [markdown] lang="en"
# <details><summary>Answer</summary>
#
# ```python
# def my_escape(hessian):
#     eigenvalues, eigenvectors = np.linalg.eigh(hessian)
#     if eigenvalues[0] >= -1e-8 * np.abs(eigenvalues).max():
#         return None
#     return eigenvectors[:, 0]
# ```
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>答案</summary>
#
# ```python
# def my_escape(hessian):
#     eigenvalues, eigenvectors = np.linalg.eigh(hessian)
#     if eigenvalues[0] >= -1e-8 * np.abs(eigenvalues).max():
#         return None
#     return eigenvectors[:, 0]
# ```
#
# </details>

# %% [markdown] lang="en"
# **Does gradient descent need help at all?** At the saddle $g = 0$, so it does not move. But a distance ε off, along $u$, the gradient is about $-2\varepsilon$, and each step multiplies the distance by $1 + 2\eta$. (The lab below calls this factor $z$; with momentum β it is the larger root of $z^2 - (1 + \beta - \eta\lambda)\,z + \beta = 0$, Day 12.) Steps until ε has grown a thousandfold:

# %% [markdown] lang="zh"
# **梯度下降真的需要帮忙吗？** 在鞍点上 $g = 0$，它不会动。可只要沿 $u$ 偏开一点点距离 ε，梯度就约为 $-2\varepsilon$，每走一步，这个距离就乘以 $1 + 2\eta$。（下面的实验台里把这个倍数记作 $z$；有动量 β 时，它是 $z^2 - (1 + \beta - \eta\lambda)\,z + \beta = 0$ 较大的根，第 12 天再讲。）ε 长到一千倍需要的步数：

# %% name="a-thousandfold"
for eta in (0.05, 0.1):
    print(f"η = {eta}:  {np.log(1000) / np.log(1 + 2 * eta):.1f} steps")

# %% [markdown] lang="en"
# ### Predict 5
#
# Start at (0.5, −0.5), exactly on the line $w_1 = -w_2$. Which of these reaches the valley?
#
# - **A** · Gradient descent with momentum.
# - **B** · Mini-batches, because their gradients are noisy.
# - **C** · Both.
# - **D** · Neither.

# %% [markdown] lang="zh"
# ### 预测 5
#
# 从 (0.5, −0.5) 出发，正好在直线 $w_1 = -w_2$ 上。下面哪一个能走到山谷？
#
# - **A** · 带动量（momentum）的梯度下降。
# - **B** · 小批次（mini-batch），因为它的梯度有噪声。
# - **C** · 两个都能。
# - **D** · 两个都不能。

# %% name="predict-ridge"
predict("ridge")

# %% [markdown] lang="en"
# <details><summary>Answer</summary>
#
# **D**. On this line the gradient points along the line, for every example and so for every batch. Nothing that adds up such gradients can leave it.
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>答案</summary>
#
# **D**。在这条直线上，每个样本的梯度都沿着直线，所以每个批次（batch）的梯度也是。把这样的梯度加来加去，离不开这条直线。
#
# </details>

# %% [markdown] lang="en"
# Now watch five methods from one start. Put θ exactly onto the line $w_1 = -w_2$ (menu *Start*), then a hair beside it.

# %% [markdown] lang="zh"
# 现在让五种办法从同一个起点出发。先用“起点”菜单把 θ 正好放在直线 $w_1 = -w_2$ 上，再放到旁边一点点。

# %% name="escape-lab"
EscapeLab()

# %% [markdown] lang="en"
# Give the network 20 examples $(x_i, x_i)$ with different $x_i$. One of them contributes
#
# $$\nabla L_i = -2\, x_i^2\, (1 - w_1 w_2)\, (w_2, w_1) ,$$
#
# a multiple of $(w_2, w_1)$, the same direction for all. Batches differ in length only. The first race starts exactly on the line, the second at (0.501, −0.5). (Batches and random kick are drawn anew, so their numbers may differ a little from the lab's.)

# %% [markdown] lang="zh"
# 给网络 20 个样本 $(x_i, x_i)$，各个 $x_i$ 不同。其中一个样本的梯度是
#
# $$\nabla L_i = -2\, x_i^2\, (1 - w_1 w_2)\, (w_2, w_1) ,$$
#
# 是 $(w_2, w_1)$ 的倍数，所有样本方向都相同。批次之间只差在长度上。第一场比赛正好从直线上出发，第二场从 (0.501, −0.5) 出发。（批次和随机方向是重新抽的，数字可能和上面的实验台略有出入。）

# %% name="two-races"
from lecture_lib.experiments.escape_race import escape_race

for start in ([0.5, -0.5], [0.501, -0.5]):
    print(start, escape_race(start, np.random.default_rng(0)).fact)

# %% [markdown] lang="en"
# ### Q · Does momentum, does noise escape every saddle?
#
# No. In this network **neither leaves the line $w_1 = -w_2$**: they do not create a direction. Once there is the smallest displacement, momentum speeds up what it has begun, as the second race shows. A kick creates a direction, along $u$ or at random. Mini-batch noise helps where the examples *disagree* about the direction; Day 12 builds such a loss.
#
# How bad is it that plain descent can be caught? Started at random and with a small enough step, it avoids saddles that have a negative eigenvalue with probability 1 ([arXiv 1602.04915](https://arxiv.org/abs/1602.04915)), but it can take very long ([arXiv 1705.10412](https://arxiv.org/abs/1705.10412)). The trouble is slowness rather than capture. The starts that are caught form a line here, and a random start does not hit a line.

# %% [markdown] lang="zh"
# ### Q · 动量和噪声能离开每一个鞍点吗？
#
# 不能。在这个网络里，**两者都离不开直线 $w_1 = -w_2$**：它们造不出新的方向。只要有一点点偏离，动量就能加快已经开始的离开，第二场比赛就是这样。踢一脚才会造出方向，沿 $u$ 踢也好，随机踢也好。小批次的噪声，要在样本对方向**意见不一**的地方才帮得上忙；第 12 天会造一个这样的损失。
#
# 普通的梯度下降会被困住，这有多严重？随机出发，步子足够小，它就以概率 1 避开有负特征值的鞍点（[arXiv 1602.04915](https://arxiv.org/abs/1602.04915)），但可能要花非常久（[arXiv 1705.10412](https://arxiv.org/abs/1705.10412)）。麻烦在于慢，而不在于被永远困住。在这里，会被困住的起点排成一条直线，随机的起点碰不上一条直线。

# %% [markdown] lang="en"
# ### A saddle that the Hessian does not see
#
# Add a third layer: $y = w_1 w_2 w_3 x$ and $L = (1 - w_1 w_2 w_3)^2$. At the origin the gradient is zero, and so is the **whole** Hessian. There is no eigenvector to follow. Still it is no minimum: along $(t, t, t)$ the loss is $(1 - t^3)^2$. This time the Hessian comes from values of the loss alone, by finite differences.

# %% [markdown] lang="zh"
# ### 海森矩阵看不见的鞍点
#
# 再加一层：$y = w_1 w_2 w_3 x$，$L = (1 - w_1 w_2 w_3)^2$。在原点，梯度是零，**整个**海森矩阵也是零，没有特征向量可以跟。但那里不是最小值：沿着 $(t, t, t)$，损失是 $(1 - t^3)^2$。这一次，海森矩阵只用损失的值，通过有限差分（finite differences）得到。

# %% name="third-layer"
from lecture_lib.hessian import finite_difference_hessian


def three_layers(theta):
    return (1 - np.prod(theta, axis=-1)) ** 2


print((finite_difference_hessian(three_layers, np.zeros(3)).round(6) + 0.0).tolist())
for t in (-0.5, 0.0, 0.5, 1.0):
    print(f"t = {t:+.1f}   L = {three_layers(np.full(3, t)):.4f}")

# %% [markdown] lang="en"
# The loss rises to one side and falls to the other: a saddle, and the recipe of slide 10 has nothing to offer.

# %% [markdown] lang="zh"
# 损失在一侧上升，在另一侧下降：是鞍点，而幻灯片第 10 页的办法在这里无从下手。

# %% name="escape-lab-three"
EscapeLab("three")

# %% [markdown] lang="en"
# This is no freak. In deep *linear* networks with a squared loss every local minimum is global, but with three layers or more there are saddles without any negative eigenvalue ([arXiv 1605.07110](https://arxiv.org/abs/1605.07110)).

# %% [markdown] lang="zh"
# 这不是偶然的怪事。用平方损失的深层**线性**网络里，每个局部最小值都是全局最小值，可是从三层开始，就有一些鞍点连一个负特征值都没有（[arXiv 1605.07110](https://arxiv.org/abs/1605.07110)）。

# %% [markdown] lang="en"
# ## 8 · Find out why nobody computes the Hessian
#
# ### Q · "How do I know, minimum or saddle? Using math." Then why does nobody do it?
#
# Slide 10 notes that the method is seldom used in practice. Count: with $n$ parameters $H$ has $n^2$ entries, and finding all eigenvalues takes of the order of $n^3$ operations.

# %% [markdown] lang="zh"
# ## 8 · 为什么没有人去算海森矩阵
#
# ### Q · “怎么知道是局部小还是鞍点？using Math”那为什么没有人这么做？
#
# 幻灯片第 10 页注明：这个办法在实际中很少用。数一数就知道：有 $n$ 个参数，$H$ 就有 $n^2$ 个元素，求出全部特征值大约要 $n^3$ 量级的运算。

# %% name="four-terabytes"
n = 10**6
print(f"{n:.0e} parameters: {n**2:.0e} entries, {4 * n**2 / 1e12:.0f} TB in float32")
print(f"eigenvalues: of the order of {n**3:.0e} operations")

# %% [markdown] lang="en"
# But the way out needs only **one** direction, and $H$ is never asked for as a whole: only products $Hv$. Two gradients give one,
#
# $$H v \approx \frac{g(\theta + h v) - g(\theta - h v)}{2 h} .$$
#
# Repeat $v \leftarrow v - c\,Hv$ with a small $c$ and scale $v$ to length 1: the part with the most negative curvature grows fastest and wins. Here are 300 layers, $y = w_1 w_2 \cdots w_{300}\, x$, with all weights 1 except two that are 0. Can products alone find these two? We start from a random $v$.

# %% [markdown] lang="zh"
# 但是，要找出路只需要**一个**方向，用不着整个 $H$，只要乘积 $Hv$。两个梯度就给出一个：
#
# $$H v \approx \frac{g(\theta + h v) - g(\theta - h v)}{2 h} .$$
#
# 取一个小的 $c$，反复做 $v \leftarrow v - c\,Hv$，并把 $v$ 缩放到长度 1：曲率最负的那一部分长得最快，最后胜出。下面有 300 层，$y = w_1 w_2 \cdots w_{300}\, x$，权重全是 1，只有两个是 0。只用乘积，能找出这两个吗？我们从随机的 $v$ 开始。

# %% name="hessian-vector-products"
from lecture_lib.experiments.linear_chain import LinearChain

chain, theta, h = LinearChain(300), np.ones(300), 1e-5
theta[[40, 200]] = 0
v = np.random.default_rng(0).standard_normal(300)
for _ in range(40):
    v = v / np.linalg.norm(v)
    Hv = (chain.gradient(theta + h * v) - chain.gradient(theta - h * v)) / (2 * h)
    curvature, found, v = v @ Hv, np.flatnonzero(abs(v) > 0.01), v - 0.3 * Hv
print(f"40 products: curvature {curvature:.4f}, all of v on the weights {found}")
print(f"the whole Hessian has {chain.layers**2} entries")

# %% [markdown] lang="en"
# **What to notice.** Products alone found the curvature −2 and the two weights, without the matrix. Automatic differentiation computes $Hv$ exactly at about the cost of two gradients (Pearlmutter 1994). In practice people are content with less still: small batches and momentum, the subject of Day 12.
#
# ## 9 · Step into more dimensions
#
# The lecture tells a story here (slides 12–13). Constantinople is under siege. A sorceress, 狄奥伦娜 in the novel 三体III 死神永生 (*Death's End*), takes a chalice out of a sealed sarcophagus and leaves grapes in its place: what is sealed in three dimensions stands open in four. (The slide dates it to 1543. Constantinople fell in 1453.)
#
# The point: a valley that is closed on all sides in one picture may be open in a direction that the picture does not show. Slide 14 sets a curve with a minimum beside a surface on which the same point is a saddle, then a famous jagged surface with a deep hole, a two-dimensional cut through the loss of a deep network without skip connections: is that hole closed in all its dimensions? With millions of directions, "perhaps local minima is rare?" The question mark is the slide's own.

# %% [markdown] lang="zh"
# **注意观察。** 只用乘积、不用矩阵，就找到了曲率 −2 和那两个权重。自动微分能精确地算出 $Hv$，代价大约是两个梯度（Pearlmutter 1994）。实际训练里，人们用的办法还要更省：小批次和动量，那是第 12 天的主题。
#
# ## 9 · 走进更多的维度
#
# 课上在这里讲了一个故事（幻灯片第 12–13 页）。君士坦丁堡被围，小说《三体III：死神永生》（*Death's End*）里的女魔法师狄奥伦娜，从封死的石棺里取出圣杯，又留下一串葡萄：在三维里封死的东西，在四维里是敞开的。（幻灯片上写的是 1543 年。君士坦丁堡陷落是在 1453 年。）
#
# 故事的意思是：在一张图里四面封闭的山谷，也许在图上看不见的方向是敞开的。幻灯片第 14 页先放一条有最小值的曲线，旁边是一张曲面，同一个点在曲面上却是鞍点；再放一张著名的崎岖曲面，上面有个深坑，它是一个没有跳跃连接（skip connection）的深层网络的损失的二维切面：这个坑在所有维度上都封闭吗？方向有几百万个的时候，“perhaps local minima is rare?”（也许局部最小值很少？）问号是幻灯片上原有的。

# %% [markdown] lang="en"
# ### Predict 6
#
# Fill a 5 × 5 matrix $A$ with independent normal numbers and take $A + A^{\mathsf T}$. Five fair coins, thrown together, show five heads once in 32 throws on average. How often are all five eigenvalues positive?
#
# - **A** · About once in 32, too.
# - **B** · More often.
# - **C** · Far less often.

# %% [markdown] lang="zh"
# ### 预测 6
#
# 用独立的正态随机数填满 5 × 5 的矩阵 $A$，取 $A + A^{\mathsf T}$。五枚硬币一起抛，平均 32 次有一次全是正面。五个特征值全为正，平均多少次才出现一次？
#
# - **A** · 也是大约 32 次一次。
# - **B** · 更常见。
# - **C** · 少得多。

# %% name="predict-dimensions"
predict("dimensions")

# %% [markdown] lang="en"
# <details><summary>Answer</summary>
#
# **C**. Eigenvalues of one matrix are not independent: they repel each other. The exact chance is printed below.
#
# </details>

# %% [markdown] lang="zh"
# <details><summary>答案</summary>
#
# **C**。同一个矩阵的特征值并不独立，它们互相排斥。精确的概率打印在下面。
#
# </details>

# %% [markdown] lang="en"
# The next figure has three views. In the first, turn the slice through the saddle: the same point is a minimum of one slice and a maximum of another. The second counts random matrices; change their size $n$. The third belongs to section 10.

# %% [markdown] lang="zh"
# 下一张图有三个视图。第一个：转动穿过鞍点的切面，同一个点在一个切面里是最小值，在另一个切面里是最大值。第二个：数随机矩阵，可以改变它们的大小 $n$。第三个留给第 10 节。

# %% name="dimension-lift"
from lecture_lib.explorers import DimensionLift

DimensionLift()

# %% [markdown] lang="en"
# For small $n$ the chance has closed forms: $\tfrac12$ for $n = 1$, $\frac{2 - \sqrt2}{4}$ for $n = 2$, $\frac{\pi - 2\sqrt2}{4\pi}$ for $n = 3$. Beside the exact chance stands what independent coins would give, $2^{-n}$; below, a simulation for $n = 3$.

# %% [markdown] lang="zh"
# $n$ 较小时，这个概率有精确的公式：$n = 1$ 时是 $\tfrac12$，$n = 2$ 时是 $\frac{2 - \sqrt2}{4}$，$n = 3$ 时是 $\frac{\pi - 2\sqrt2}{4\pi}$。精确概率旁边是相互独立的硬币给出的 $2^{-n}$；下面再对 $n = 3$ 做一次模拟。（输出里，once in 是平均多少次出现一次，coins 是抛硬币的概率。）

# %% name="chance-of-a-minimum"
from lecture_lib.experiments.random_matrices import probability_positive_definite, simulate

for n in range(1, 6):
    chance = probability_positive_definite(n)
    print(f"n = {n}:  {chance:.6f}, once in {1 / chance:6.0f}      coins {0.5**n:.6f}")
print(simulate(3, 20_000, np.random.default_rng(0)).fact)

# %% [markdown] lang="en"
# ### Q · "In high dimensions we rarely meet local minima"
#
# What is known: for *random* functions, local minima with a **high loss** are exponentially rare ([arXiv 1406.2572](https://arxiv.org/abs/1406.2572)); for random symmetric matrices the chance falls like $3^{-n^2/4}$ for large $n$ ([arXiv cond-mat/0609651](https://arxiv.org/abs/cond-mat/0609651)), much faster than $2^{-n}$. The caveat: **the Hessian of a trained network is not a random matrix.** Most of its eigenvalues lie close to zero and a few are large ([arXiv 1611.07476](https://arxiv.org/abs/1611.07476)). So "rare" is a fair guess about high places of a rugged landscape. It is no theorem about your network.

# %% [markdown] lang="zh"
# ### Q · “引入高维空间的观点：我们很少遇到 local minima”
#
# 已知的是：对**随机**函数，**损失高**的局部最小值稀少到指数级（[arXiv 1406.2572](https://arxiv.org/abs/1406.2572)）；对随机对称矩阵，$n$ 很大时，概率像 $3^{-n^2/4}$ 那样下降（[arXiv cond-mat/0609651](https://arxiv.org/abs/cond-mat/0609651)），比 $2^{-n}$ 快得多。要留心的是：**训练出来的网络，它的海森矩阵不是随机矩阵。** 它的特征值大多靠近零，只有少数几个很大（[arXiv 1611.07476](https://arxiv.org/abs/1611.07476)）。所以，“很少”是对崎岖地形高处的一个合理猜测，并不是关于你的网络的定理。

# %% [markdown] lang="en"
# ## 10 · Read the minimum ratio with care
#
# Slide 15 reports an experiment (below). Each dot is one network, trained until it converged to a critical point; across, the minimum ratio; up, the training loss. The lecture's reading: the ratio never gets far beyond one half, so no network reached a real local minimum, and even at the best points about half of the directions still lead down.

# %% [markdown] lang="zh"
# ## 10 · 小心解读最小值比例
#
# 幻灯片第 15 页报告了一个实验（见下图）。每个点是一个网络，训练到收敛于临界点为止；横轴是最小值比例，纵轴是训练损失。课上的解读是：比例从来没有比一半大多少，所以没有网络走到真正的局部最小值，哪怕在最好的点，也还有大约一半的方向往下。

# %% name="minimum-ratio-dots"
DimensionLift("dots")

# %% [markdown] lang="en"
# These are the plot's numbers as far as they can be read off:

# %% [markdown] lang="zh"
# 这是能从图上读出的数字：

# %% name="slide-15"
from lecture_lib.lecture_data import minimum_ratio_plot

print(minimum_ratio_plot().digitised)
print(minimum_ratio_plot().described)

# %% [markdown] lang="en"
# **What the ratio cannot tell.** It divides the positive eigenvalues by all; the rest may be negative *or zero*. Section 6 had minima with ratio 0.5 and no way down. Zeros are the rule in large networks, and computed zeros come out as tiny numbers of either sign. So the bare ratio may count rounding.
#
# Let us imitate that. Take a matrix that is a sum of six squares, $H = A A^{\mathsf T}$ with $A$ of shape 128 × 6. It has six positive eigenvalues, 122 zeros, and **no** negative one. Add symmetric noise of size $10^{-9}$ in place of rounding, and count both ways: bare signs, then with a tolerance.

# %% [markdown] lang="zh"
# **这个比例不能告诉你的事。** 它用正特征值的个数除以总数，剩下的可能是负，**也可能是零**。第 6 节的最小值，比例是 0.5，却没有一条往下的路。大的网络里，零特征值是常态，而算出来的零，是带正号或负号的极小的数。所以，不设容差的比例，数到的可能只是舍入误差。
#
# 我们来模仿一下。取一个由六个平方加起来的矩阵 $H = A A^{\mathsf T}$，$A$ 的形状是 128 × 6。它有六个正特征值，122 个零，**没有**负的。加上大小为 $10^{-9}$ 的对称噪声代替舍入误差，再用两种办法来数：只看正负号；或者设一个容差。（输出里，bare signs 是只看正负号，with tolerance 是设了容差，ratio 是比例。）

# %% name="rounding-in-the-ratio"
from lecture_lib.experiments.random_matrices import random_symmetric

rng = np.random.default_rng(0)
A = rng.standard_normal((128, 6))
eigenvalues = np.linalg.eigvalsh(A @ A.T + 1e-9 * random_symmetric(128, 1, rng)[0])
print(f"bare signs:     ratio {(eigenvalues > 0).mean():.2f}")
print("with tolerance:", minimum_ratio(eigenvalues, rtol=1e-6))

# %% [markdown] lang="en"
# **About homework 2-2 of the same course.** It asks students to compute the minimum ratio of a small network; if the gradient norm is small enough, a ratio above 0.5 counts as "local minima like", anything else as a saddle point. (By that rule the minima of section 6 would be saddle points.) Its published code does not use the Hessian but the Gauss–Newton product, layer by layer, from about six samples, in single precision. Such a matrix is a sum of a few squares, like ours: apart from rounding it can have no negative eigenvalue, so it cannot show a saddle, whatever the network does, and most of what the ratio counts is rounding. How the figure on slide 15 was computed is not stated anywhere we looked; we cannot check it.
#
# **What to report instead:** the counts of positive, near-zero and negative eigenvalues with the tolerance used, from a symmetric solver in double precision on the *whole* Hessian, together with the gradient norm and the most negative eigenvalue.

# %% [markdown] lang="zh"
# **关于同一门课的作业 2-2。** 作业要求计算一个小网络的最小值比例；梯度足够小的时候，比例大于 0.5 算作“像局部最小值”，否则算作鞍点。（照这个规则，第 6 节的最小值都成了鞍点。）公布的代码用的不是海森矩阵，而是 Gauss–Newton 乘积，逐层计算，只用大约六个样本，单精度。这样的矩阵和我们的一样，是几个平方之和：除了舍入误差，它不可能有负的特征值，所以不管网络怎么样，它都显示不出鞍点，而比例所数的大部分是舍入误差。幻灯片第 15 页的图是怎么算出来的，我们找过的地方都没有说明，无从核对。
#
# **更好的报告方式：** 写出正的、近零的、负的特征值各有多少个，用了什么容差；对**整个**海森矩阵，用对称矩阵的算法和双精度；再加上梯度的长度和最负的特征值。

# %% [markdown] lang="en"
# **Make the plot yourself.** A network of 25 weights learns the surface $\sin 1.5 x_1 \cos 1.5 x_2$ from 60 examples. Its whole Hessian is a small matrix, so the search can climb along some eigenvectors and descend along the others until $\lVert g \rVert < 10^{-8}$: each of 150 starts looks for a critical point with a certain number of negative eigenvalues. A little weight decay is part of the loss; without it, zero eigenvalues decide the picture. The search takes two or three seconds. Then drag θ: the nearest dot is chosen, and all its eigenvalues stand on the right, counted with a tolerance. The menu has two more networks, one for handwritten digits and one that is linear.

# %% [markdown] lang="zh"
# **自己来做这张图。** 一个只有 25 个权重的网络，用 60 个样本学习曲面 $\sin 1.5 x_1 \cos 1.5 x_2$。它的整个海森矩阵（Hessian）很小，所以搜索时可以沿几个特征向量往上走，沿其余的往下走，直到 $\lVert g \rVert < 10^{-8}$：150 个起点，每个都去找有若干个负特征值的临界点。损失里加了一点权重衰减（weight decay）；不加的话，图会被零特征值左右。搜索要两三秒。然后拖动 θ：离它最近的点会被选中，右边画出它的全部特征值，按容差分别数出正、零、负。菜单里还有两个网络：一个认手写数字，一个是线性的。

# %% name="minimum-ratios-anew" tags=["nbval-ignore-output"]
from lecture_lib.experiments.minimum_ratio import minimum_ratio_dots, sine_problem
from lecture_lib.explorers import MinimumRatio

problem = sine_problem(np.random.default_rng(11))
dots = minimum_ratio_dots(problem, np.random.SeedSequence(11))
print(dots.fact)
MinimumRatio(dots)

# %% [markdown] lang="en"
# **What to notice.** As on the slide, the higher the loss, the fewer eigenvalues are positive. But put θ on the lowest dots: the search reaches ratio 1, a true minimum, in the sine network and in the digits network, at losses of about 0.01 and 0.98. None of these dots has a zero eigenvalue, so here the rest of the ratio really counts ways down: at the highest dot of the digits, 28 of 86. How many dots there are at each ratio says nothing; we chose what to look for.
#
# Now switch to the linear autoencoder. All its critical points are known from theory, and every dot found lies on a predicted one. Its best point is the global minimum, with no way down at all, and yet its minimum ratio is only 33/45 = 0.73: the other twelve eigenvalues are **zero**, not negative. One network's 0.73 is a minimum; another's 0.84 is a saddle with 14 ways down. "A ratio of one half, so half of the roads go down" does not follow. Look at the counts. (The lecture's dots come from another network and another search: compare how the dots lie, not where.)
#
# The digits in the menu were searched once, and stored. The button searches again, on other digits and from other starts; the page does not wait for it. When it is done, `MinimumRatio(again.results[0])` in a new cell shows the eigenvalues of what it found.

# %% [markdown] lang="zh"
# **注意观察。** 和幻灯片上一样，损失越高，正特征值越少。但是把 θ 放到最低的点上：无论是正弦曲面的网络还是认数字的网络，都找到了比例为 1 的点，也就是真正的最小值，损失分别约为 0.01 和 0.98。这些点没有一个零特征值，所以在这里，比例剩下的部分数的确实是往下的方向：数字网络最高的那个点，86 个里有 28 个。每种比例各有多少个点，说明不了什么，因为要找什么是我们定的。
#
# 再换成线性自编码器（linear autoencoder）。它的所有临界点，理论上全都知道；找到的每个点，都落在预言的点上。其中最好的是全局最小值，一条往下的路也没有，最小值比例却只有 33/45 = 0.73：另外十二个特征值是**零**，不是负的。这个网络的 0.73 是最小值，另一个网络的 0.84 却是有 14 个方向往下的鞍点。“比例是一半，所以一半的路往下走”，这句话推不出来。要看各有多少个。（课上的点来自另一个网络、另一种搜索：比较点的走势就好，不要比较位置。）
#
# 菜单里认数字的网络，是搜索过一次存好的。按下面的按钮，可以换一批数字、换一批起点再搜索一次；这一页不会停下来等它。搜索完以后，在新的单元格里运行 `MinimumRatio(again.results[0])`，就能看到找到的点的特征值。

# %% name="digits-anew"
from lecture_lib.explorers import Measurement

again = Measurement("digits")
again

# %% [markdown] lang="en"
# Two more remarks. The slide links to a homework of an older course at the same university (2018), which minimised *the gradient norm itself*; one lecture later Hung-yi Lee says that ordinary gradient descent does not reach such points, a special method was needed. How you search decides what you find. And the four dots at loss 0.0873: the 2021 homework fits $\frac{\sin 5\pi x}{5\pi x}$ on $(0, 1]$. A network that only outputs the mean has the variance of this function as its loss. Whether the older plot used the same function we do not know.

# %% [markdown] lang="zh"
# 还有两点。幻灯片上的链接指向同一所大学更早一门课（2018）的作业，那次作业最小化的是**梯度的长度本身**；李宏毅在下一讲也说，普通的梯度下降到不了这样的点，要用特别的办法。怎么找，决定了找到什么。另外，有四个点的损失是 0.0873。2021 年的作业拟合的是 $(0, 1]$ 上的 $\frac{\sin 5\pi x}{5\pi x}$，一个只会输出平均值的网络，损失就是这个函数的方差。更早的那张图用的是不是同一个函数，我们不知道。

# %% name="plateau"
x = np.arange(1, 100_001) / 100_000
print(f"variance {np.var(np.sin(5 * np.pi * x) / (5 * np.pi * x)):.4f}")

# %% [markdown] lang="en"
# (The dots, read off the plot, lie at 0.0873: the same within reading accuracy.)

# %% [markdown] lang="zh"
# （从图上读出的是 0.0873，在读数误差之内一致。）

# %% [markdown] lang="en"
# ## 11 · Cross the small gradient, and try a loss of your own
#
# Slide 16 sums up in one curve: a steep slope, a plateau where descent is very slow, a flat point called "saddle point", a dip called "local minima", a hill, a deep fall. Here is such a curve along $w_1$ with a gentle bowl across it. We built it from its slope,
#
# $$\frac{\partial L}{\partial w_1} = w_1^2\, (w_1 - 1)(w_1 - 2)(w_1 - 3) ,$$
#
# so the flat places are at 0, 1, 2 and 3.

# %% [markdown] lang="zh"
# ## 11 · 穿过小梯度，再试试你自己的损失
#
# 幻灯片第 16 页用一条曲线作总结：一段陡坡，一片下降极慢的高原，一个叫作 “saddle point” 的平点，一个叫作 “local minima” 的坑，一座小山，最后是深谷。这里沿 $w_1$ 造一条这样的曲线，横着再加一个平缓的碗。它是从斜率造出来的：
#
# $$\frac{\partial L}{\partial w_1} = w_1^2\, (w_1 - 1)(w_1 - 2)(w_1 - 3) ,$$
#
# 所以平的地方在 0、1、2 和 3。

# %% name="slide-16"
curve = "w1**6/6 - 6*w1**5/5 + 11*w1**4/4 - 2*w1**3 + w2**2"
slide16 = Surface.from_formula(curve, window=((-1, 3.5), (-1.5, 1.5)))

# %% name="lens-slide-16"
HessianLens(slide16)

# %% name="flat-places"
for point in sorted(critical_points(slide16), key=lambda point: point.theta[0]):
    print(f"w1 = {point.theta[0]:.0f}   L = {point.loss:+.3f}   {point.verdict.kind.value}")
for steps in (10, 100, 1000, 10_000):
    run = descend(slide16.gradient, [-0.8, 0.0], learning_rate=0.01, steps=steps)
    length = np.linalg.norm(run.gradients[-1])
    print(f"after {steps:5d} steps   w1 = {run.thetas[-1, 0]:+.4f}   |g| = {length:.6f}")

# %% [markdown] lang="en"
# **What to notice.** The slide's "saddle point" at 0 is an inflection of the curve: the loss falls to one side and rises to the other, and the Hessian is silent, as with the three weights of section 7. The saddle that the Hessian *does* see is the top of the hill at 2: a maximum along the curve, a minimum across it. In this run descent creeps towards 0 and gets slower and slower; $L$ looks finished. It is not at a minimum, and here even the gradient norm has to be read with patience.
#
# On Day 12 a heavy ball will roll along this kind of curve: it coasts over the flat point, and whether it gets over the hill depends on more than you would think.
#
# Now type a loss of your own. Start with the three-row test of the slide, then look for a fourth-row case.

# %% [markdown] lang="zh"
# **注意观察。** 幻灯片上 0 处的 “saddle point” 是曲线的拐点（inflection）：一侧下降，一侧上升，而海森矩阵看不出来，和第 7 节的三个权重一样。海森矩阵**看得出来**的鞍点，是 2 处的山顶：沿曲线是最大值，横着看是最小值。在这次训练里，下降慢慢爬向 0，越来越慢，$L$ 看上去已经到头了。可它并不在最小值处，这时连梯度的长度也要耐心地看。
#
# 第 12 天，会有一个沉重的球沿着这样的曲线滚动：它能滑过平点；至于能不能越过小山，比你想的要复杂。
#
# 现在输入你自己的损失。先试幻灯片的前三种情形，再找一个属于第四种的例子。

# %% name="own-loss"
from lecture_lib.explorers import OwnLoss

OwnLoss()

# %% [markdown] lang="en"
# ## Summary
#
# - A loss that stands still proves nothing. Plot the gradient norm beside it.
# - At a critical point the signs of the eigenvalues decide: all positive, minimum; all negative, maximum; both, saddle. With zeros left over the test is silent, and the lecture's own minima are such a case.
# - The zeros on the main diagonal speak of the axes only. The eigenvectors are the axes that the landscape itself prefers.
# - A negative eigenvalue shows a way down, in both directions of $u$, for small steps. With three layers there are saddles that show none.
# - Momentum and noise speed up a departure. They do not always begin one.
# - A minimum ratio without a tolerance, and without the count of negative eigenvalues, does not say how many roads go down.

# %% [markdown] lang="zh"
# ## 小结
#
# - 损失不动，什么也证明不了。把梯度的长度画在它旁边。
# - 在临界点，由特征值的正负判断：全正，最小值；全负，最大值；有正有负，鞍点。如果还有零，判别法就无法判定，这堂课自己的最小值就是例子。
# - 主对角线上的零只说坐标轴。特征向量才是地形自己喜欢的坐标轴。
# - 负的特征值指出往下的路，$u$ 的两个方向都行，但步子要小。到了三层，有些鞍点连一条都不指。
# - 动量和噪声能加快离开，却不一定能开始离开。
# - 没有容差、也没有负特征值个数的最小值比例，说不出有多少条路往下。

# %% name="progress"
print(day11.progress(), predictions_so_far(), sep=" · ")

# %% [markdown] lang="en"
# Run the cell above again whenever you like; it counts anew.
#
# ## What PyTorch does differently
#
# - `loss.backward()` computes the gradient only, and adds it to what `.grad` already holds; hence `optimizer.zero_grad()` before it.
# - No optimiser in `torch.optim` forms the Hessian. `torch.func.hessian` does, for small models; for one product $Hv$, differentiate $g \cdot v$ once more.
# - For the gradient norm beside the loss: `torch.nn.utils.clip_grad_norm_` returns it, measured before clipping.
# - Parameters are float32 by default. For counting signs of eigenvalues use float64 and `torch.linalg.eigvalsh`.
#
# ## Two open questions
#
# 1. On $(1 - w_1 w_2)^2$ plain descent is caught by the saddle exactly from the line $w_1 = -w_2$ (with small steps). Which starts does a saddle of Himmelblau's surface catch? Are they a line there, too?
# 2. A friend reports: "converged, minimum ratio 0.55, so almost half of the directions lead down." Which numbers would you ask for before you agree?
#
# ## References
#
# - Hung-yi Lee, Machine Learning 2021 Spring, slides `small-gradient-v7.pdf`, pages 1–16; [course page](https://speech.ee.ntu.edu.tw/~hylee/ml/2021-spring.php)
# - Saddle points, [offconvex.org](https://www.offconvex.org/2016/03/22/saddlepoints/), 2016
# - Dauphin and others, saddle points in high dimension, [arXiv 1406.2572](https://arxiv.org/abs/1406.2572)
# - Dean and Majumdar, extreme eigenvalues of random matrices, [arXiv cond-mat/0609651](https://arxiv.org/abs/cond-mat/0609651)
# - Kawaguchi, deep learning without poor local minima, [arXiv 1605.07110](https://arxiv.org/abs/1605.07110)
# - Lee, Simchowitz, Jordan and Recht, descent converges to minimisers, [arXiv 1602.04915](https://arxiv.org/abs/1602.04915)
# - Du and others, descent can take exponential time, [arXiv 1705.10412](https://arxiv.org/abs/1705.10412)
# - Sagun, Bottou and LeCun, eigenvalues of the Hessian, [arXiv 1611.07476](https://arxiv.org/abs/1611.07476)
# - Li and others, visualising the loss landscape, [arXiv 1712.09913](https://arxiv.org/abs/1712.09913)
# - Pearlmutter, Fast exact multiplication by the Hessian, Neural Computation 6 (1994)
#
# **Next:** [Day 12](day12_batch_and_momentum.ipynb), batch and momentum: what a batch is, when its noise can help, and how a heavy ball rolls over a curve like that of section 11.

# %% [markdown] lang="zh"
# 上面那个单元格随时可以再运行，它会重新统计。
#
# ## PyTorch 有什么不同
#
# - `loss.backward()` 只算梯度，并且加到 `.grad` 里已有的值上；所以要先调用 `optimizer.zero_grad()`。
# - `torch.optim` 里没有一个优化器会构造海森矩阵。`torch.func.hessian` 会，适合小模型；只要一个乘积 $Hv$，就把 $g \cdot v$ 再求一次导。
# - 想在损失旁边画梯度的长度：`torch.nn.utils.clip_grad_norm_` 会返回它，是裁剪之前的值。
# - 参数默认是 float32。要数特征值的正负，请用 float64 和 `torch.linalg.eigvalsh`。
#
# ## 两个开放问题
#
# 1. 在 $(1 - w_1 w_2)^2$ 上，（步子小的时候）普通的梯度下降恰好从直线 $w_1 = -w_2$ 出发才会落入鞍点。Himmelblau 曲面的鞍点会捉住哪些起点？它们也排成一条直线吗？
# 2. 朋友告诉你：“收敛了，最小值比例 0.55，所以差不多一半的方向往下。”在同意之前，你会要他给出哪些数字？
#
# ## 参考资料
#
# - 李宏毅，Machine Learning 2021 Spring，幻灯片 `small-gradient-v7.pdf` 第 1–16 页；[课程主页](https://speech.ee.ntu.edu.tw/~hylee/ml/2021-spring.php)
# - 关于鞍点的文章，[offconvex.org](https://www.offconvex.org/2016/03/22/saddlepoints/)，2016
# - Dauphin 等，高维中的鞍点，[arXiv 1406.2572](https://arxiv.org/abs/1406.2572)
# - Dean 和 Majumdar，随机矩阵的极端特征值，[arXiv cond-mat/0609651](https://arxiv.org/abs/cond-mat/0609651)
# - Kawaguchi，深度学习里没有糟糕的局部最小值，[arXiv 1605.07110](https://arxiv.org/abs/1605.07110)
# - Lee、Simchowitz、Jordan 和 Recht，梯度下降收敛到最小值，[arXiv 1602.04915](https://arxiv.org/abs/1602.04915)
# - Du 等，梯度下降可能要花指数时间，[arXiv 1705.10412](https://arxiv.org/abs/1705.10412)
# - Sagun、Bottou 和 LeCun，海森矩阵的特征值，[arXiv 1611.07476](https://arxiv.org/abs/1611.07476)
# - Li 等，损失地形的可视化，[arXiv 1712.09913](https://arxiv.org/abs/1712.09913)
# - Pearlmutter，Fast exact multiplication by the Hessian，Neural Computation 6 (1994)
#
# **下一讲：**[第 12 天](day12_batch_and_momentum.ipynb)，批次与动量：什么是批次，它的噪声什么时候帮得上忙，一个沉重的球又怎样在第 11 节那样的曲线上滚动。
